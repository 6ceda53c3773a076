using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using StreamingLambda.Runtime;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Allocation.Tests;

/// <summary>Chunks cost no garbage once a response is under way, however they are sent. Counted in the whole process, which is why these tests
/// have one to themselves.</summary>
public sealed class ChunkTests
{
    private const int Batches = 200;

    private static readonly byte[] Block = new byte[64 * 1024];

    /// <summary>The smallest object there is: less than one for ten chunks.</summary>
    private const double SmallestObject = 24;

    public static TheoryData<string, int> Writes => new()
    {
        { "gathered", 2500 },
        { "text", 2500 },
        { "apart", 25 },
        { "large", 10 },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_chunk_allocates_nothing(string kind, int chunksPerBatch)
    {
        double[] bytesPerChunk = new double[Batches];
        using var reader = new Reader();
        var handler = new DelegateHandler(async response =>
        {
            // Pools, buffers and the thread pool's own structures come to be with the first ones.
            await WriteAsync(response, kind, chunksPerBatch * Batches / 4);
            for (int i = 0; i < Batches; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                await WriteAsync(response, kind, chunksPerBatch);
                bytesPerChunk[i] = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)chunksPerBatch;
            }
            await response.FinishAsync();
        });
        using var stop = new CancellationTokenSource();
        Task<int> runtime = Task.Factory.StartNew(
            () => LambdaRuntime.RunAsync(new LambdaEnvironment { RuntimeApi = reader.Address }, _ => handler, options: null, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

        await reader.ResponseRead.WaitAsync(Limits.Step);
        await stop.CancelAsync();
        Assert.Equal(0, await runtime.WaitAsync(Limits.Step));

        // The median: a write that has to wait for a slow reader does allocate, once for the wait.
        double median = bytesPerChunk.Order().ElementAt(Batches / 2);
        Assert.True(median < SmallestObject / 10, $"{median.ToString(CultureInfo.InvariantCulture)} bytes per chunk");
    }

    private static async Task WriteAsync(ResponseStreamWriter response, string kind, int count)
    {
        ReadOnlyMemory<byte> bytes = kind == "large" ? Block : Block.AsMemory(0, 10);
        for (int i = 0; i < count; i++)
        {
            if (kind == "text")
                await response.WriteAsync("ten chars.");
            else
                await response.WriteAsync(bytes);
            if (kind == "apart")
                LetTimePass();
        }
    }

    /// <summary>More than the 50 microseconds within which chunks belong together.</summary>
    private static void LetTimePass()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMicroseconds(60))
            Thread.SpinWait(10);
    }

    private sealed class DelegateHandler(Func<ResponseStreamWriter, Task> handle) : IStreamingLambdaHandler
    {
        public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) => handle(response);
    }

    /// <summary>A Runtime API that allocates nothing while it reads a response.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _responseRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Reader()
        {
            _listener.Start();
            new Thread(Run) { IsBackground = true }.Start();
        }

        public string Address => _listener.LocalEndpoint.ToString()!;

        public Task ResponseRead => _responseRead.Task;

        public void Dispose() => _listener.Dispose();

        private void Run()
        {
            try
            {
                using Socket socket = _listener.AcceptSocket();
                byte[] buffer = new byte[1024 * 1024];
                ReadTo(socket, buffer, "\r\n\r\n"u8);
                socket.Send("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\nContent-Length: 2\r\n\r\n{}"u8);
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
        private static void ReadTo(Socket socket, byte[] buffer, ReadOnlySpan<byte> end)
        {
            int kept = 0;
            while (true)
            {
                int received = socket.Receive(buffer.AsSpan(kept));
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
}
