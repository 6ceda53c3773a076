using System.Net;
using System.Net.Sockets;

using StreamingLambda.Runtime;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Allocation.Tests;

/// <summary>One invocation, against a Runtime API that reads its response in a thread of its own and allocates nothing while it does.</summary>
internal sealed class OneInvocation : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _responseRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _gate = new();
    private long _received;

    private OneInvocation()
    {
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>Runs the handler once, and the process as long as its response is being read.</summary>
    public static async Task RunAsync(Func<ResponseStreamWriter, OneInvocation, Task> handle)
    {
        using var invocation = new OneInvocation();
        var handler = new DelegateStreamingHandler((_, response, _) => handle(response, invocation));
        var environment = new LambdaEnvironment { RuntimeApi = invocation._listener.LocalEndpoint.ToString() };
        using var stop = new CancellationTokenSource();
        Task<int> runtime = Task.Factory.StartNew(
            () => LambdaRuntime.RunAsync(environment, _ => handler, options: null, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

        await invocation._responseRead.Task.WaitAsync(Limits.Step);
        await stop.CancelAsync();
        Assert.Equal(0, await runtime.WaitAsync(Limits.Step));
    }

    /// <summary>How many bytes of requests have arrived.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Blocks the calling thread until so many bytes of requests have arrived. False when the time is over.</summary>
    public bool WaitFor(long bytes, TimeSpan time)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        lock (_gate)
        {
            while (_received < bytes && Environment.TickCount64 < end)
                Monitor.Wait(_gate, (int)Math.Max(1, end - Environment.TickCount64));
            return _received >= bytes;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Serve()
    {
        try
        {
            using Socket socket = _listener.AcceptSocket();
            byte[] buffer = new byte[1024 * 1024];
            ReadTo(socket, buffer, "\r\n\r\n"u8);
            socket.Send("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\n"u8);
            socket.Send("Content-Length: 2\r\n\r\n{}"u8);
            ReadTo(socket, buffer, "\r\n0\r\n\r\n"u8);
            socket.Send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"u8);
            ReadTo(socket, buffer, "\r\n\r\n"u8);
            _responseRead.SetResult();
            socket.Receive(buffer);
        }
        catch (SocketException e)
        {
            _responseRead.TrySetException(e);
        }
    }

    /// <summary>The end may come in two pieces, so the last bytes of each are kept.</summary>
    private void ReadTo(Socket socket, byte[] buffer, ReadOnlySpan<byte> end)
    {
        int kept = 0;
        while (true)
        {
            int received = socket.Receive(buffer.AsSpan(kept));
            lock (_gate)
            {
                _received += received;
                Monitor.PulseAll(_gate);
            }
            if (received == 0)
                return;
            ReadOnlySpan<byte> read = buffer.AsSpan(0, kept + received);
            if (read.EndsWith(end))
                return;
            kept = Math.Min(end.Length, read.Length);
            read[^kept..].CopyTo(buffer);
        }
    }
}
