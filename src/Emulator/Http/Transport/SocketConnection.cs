using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace StreamingLambda.Emulator.Http.Transport;

/// <summary>One connection: a pipe and a loop for what arrives, a pipe and a loop for what goes out.</summary>
internal sealed class SocketConnection : ConnectionContext, IMemoryPoolFeature
{
    /// <summary>
    /// Room in each direction for one side to go on while the other waits. A slow reader fills it, and then slows the function.
    /// </summary>
    private const int BufferSize = 1024 * 1024;

    /// <summary>The rest of a block is not worth a system call when it is smaller.</summary>
    private const int MinReceive = BlockPool.BlockSize / 4;

    private readonly Socket _socket;
    private readonly Pipe _received;
    private readonly Pipe _toSend;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _receiving;
    private readonly Task _sending;
    private Exception? _aborted;

    public SocketConnection(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        ConnectionId = Guid.NewGuid().ToString("N");
        var options = new PipeOptions(
            BlockPool.Instance, PipeScheduler.ThreadPool, PipeScheduler.ThreadPool, BufferSize, BufferSize / 2, BlockPool.BlockSize, useSynchronizationContext: false);
        _received = new Pipe(options);
        _toSend = new Pipe(options);
        Transport = new Duplex(_received.Reader, _toSend.Writer);
        Features.Set<IMemoryPoolFeature>(this);
        _receiving = ReceiveAsync();
        _sending = SendAsync();
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public MemoryPool<byte> MemoryPool => BlockPool.Instance;

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.CompareExchange(ref _aborted, abortReason, null) is not null)
            return;
        try
        {
            // With a reset instead of an orderly end: the other side must not take what it has for everything.
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
        _socket.Dispose();
        _toSend.Reader.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        await _sending;
        _socket.Dispose();
        await _receiving;
        _closed.Dispose();
        await base.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                int count = await _socket.ReceiveAsync(_received.Writer.GetMemory(MinReceive));
                if (count == 0)
                    break;
                _received.Writer.Advance(count);
                if ((await _received.Writer.FlushAsync()).IsCompleted)
                    break;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            error = _aborted ?? new ConnectionResetException(exception.Message, exception);
        }
        await _received.Writer.CompleteAsync(error);
        await _closed.CancelAsync();
    }

    private async Task SendAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                ReadResult result = await _toSend.Reader.ReadAsync();
                if (result.IsCanceled)
                    break;
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                    await SendAsync(segment);
                _toSend.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
            // An orderly end: what was sent is complete.
            if (_aborted is null)
                _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            error = _aborted ?? new ConnectionResetException(exception.Message, exception);
        }
        await _toSend.Reader.CompleteAsync(error);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
            data = data[await _socket.SendAsync(data, SocketFlags.None)..];
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
