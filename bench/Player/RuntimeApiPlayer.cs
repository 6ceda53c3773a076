using System.Diagnostics.CodeAnalysis;
using System.Text;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Bench.Player;

/// <summary>When an invocation's steps happened, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
/// <param name="HandedOut">Just before the event was sent.</param>
/// <param name="FirstByte">The first byte of prelude or body had arrived.</param>
/// <param name="LastByte">The blank line behind the last chunk had arrived.</param>
internal readonly record struct InvocationTimes(long HandedOut, long FirstByte, long LastByte)
{
    /// <summary>The request for the next event had arrived; 0 where nobody waited for it.</summary>
    public long AskedForNext { get; init; }

    public TimeSpan ToFirstByte => TimeProvider.System.GetElapsedTime(HandedOut, FirstByte);
}

/// <summary>Plays the Runtime API to one function, one invocation at a time, and times it. In steady state it allocates nothing.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</remarks>
internal sealed class RuntimeApiPlayer(Func<string?> describeEnd, TimeSpan timeout) : IDisposable
{
    private static ReadOnlySpan<byte> HttpIntegration => "application/vnd.awslambda.http-integration-response"u8;

    private static readonly byte[] Accepted = HttpAnswer.Format(
        202, "{\"status\":\"OK\"}\n"u8, [("Content-Type", "application/json")]);

    private readonly RequestWaiter _waiter = new(describeEnd, timeout);
    private readonly StreamedResponse _response = new();
    private readonly ChunkReader _chunks = new();
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The waiter owns and disposes its connections.")]
    private Connection? _next;
    private long _invocations;

    /// <summary>What <c>AWS_LAMBDA_RUNTIME_API</c> must say.</summary>
    public string Authority => $"127.0.0.1:{_waiter.Port}";

    /// <summary>How many connections the function has opened so far.</summary>
    public int Connections => _waiter.Accepted;

    /// <summary>Waits until the function asks for an event. It gets none yet.</summary>
    /// <returns>When the request had arrived.</returns>
    public long WaitForNext()
    {
        Connection connection = _waiter.Wait("ask for an event (GET /2018-06-01/runtime/invocation/next)", out FunctionRequest request);
        if (request.Kind != RequestKind.Next) throw Unexpected(connection, in request, "a request for the next event");
        connection.Skip(request.HeadLength);
        _next = connection;
        return connection.ReceivedAt;
    }

    /// <summary>Hands out an event and receives the response, to the answer that accepts it.</summary>
    /// <param name="answer">The event.</param>
    /// <param name="workload">What it asks for.</param>
    /// <exception cref="BenchmarkException">The response breaks the protocol or is not the workload's.</exception>
    public InvocationTimes Invoke(NextAnswer answer, Workload workload)
    {
        Connection next = _next ?? throw new InvalidOperationException("The function has not asked for an event: call WaitForNext first.");
        _next = null;
        answer.Prepare(++_invocations, TimeProvider.System.GetUtcNow());

        long handedOut = TimeProvider.System.GetTimestamp();
        next.Send(answer.Bytes);
        Connection connection = _waiter.Wait("answer the event", out FunctionRequest request);
        CheckHead(connection, in request, answer);
        bool close = request.ClosesConnection;
        connection.Skip(request.HeadLength);

        (long firstByte, long lastByte) = ReceiveBody(connection, handedOut);
        connection.Send(Accepted);
        if (close) _waiter.Close(connection);
        _response.Verify(workload, _chunks.Trailers);
        return new InvocationTimes(handedOut, firstByte, lastByte);
    }

    public void Dispose() => _waiter.Dispose();

    private (long FirstByte, long LastByte) ReceiveBody(Connection connection, long started)
    {
        _chunks.Reset();
        _response.Reset();
        long firstByte = 0;
        while (true)
        {
            ReadChunks(connection);
            if (firstByte == 0 && _response.HasData) firstByte = connection.ReceivedAt;
            if (_chunks.IsComplete) return (firstByte, connection.ReceivedAt);

            if (!connection.Receive()) throw _waiter.ConnectionLost();
            if (TimeProvider.System.GetElapsedTime(started, connection.ReceivedAt) > timeout)
                throw new BenchmarkException($"The response took longer than {timeout.TotalSeconds:0} s; {_response.BodyBytes} body bytes had come.");
        }
    }

    /// <summary>Takes what has arrived of the body.</summary>
    private void ReadChunks(Connection connection)
    {
        try
        {
            ReadOnlySpan<byte> input = connection.Unread;
            ChunkPart part;
            do
            {
                part = _chunks.Read(input, out int used, out ReadOnlySpan<byte> data);
                if (part == ChunkPart.Data) _response.AddData(data);
                input = input[used..];
            }
            while (part is not (ChunkPart.NeedMore or ChunkPart.End));
            connection.Skip(connection.Unread.Length - input.Length);
        }
        catch (InvalidDataException e)
        {
            throw new BenchmarkException(e.Message);
        }
    }

    private static void CheckHead(Connection connection, in FunctionRequest request, NextAnswer answer)
    {
        if (request.Kind != RequestKind.Response) throw Unexpected(connection, in request, "the response");
        if (!request.RequestId.SequenceEqual(answer.RequestId))
            throw new BenchmarkException($"The function answered invocation {Text(request.RequestId)}, not {Text(answer.RequestId)}.");
        if (!request.IsChunked)
            throw new BenchmarkException("The function did not stream its response: the request has no 'Transfer-Encoding: chunked'.");
        if (!Ascii.EqualsIgnoreCase(request.ResponseMode, "streaming"u8))
            throw new BenchmarkException("The function did not stream its response: 'Lambda-Runtime-Function-Response-Mode: streaming' is missing.");
        if (!Ascii.EqualsIgnoreCase(request.ContentType, HttpIntegration))
        {
            throw new BenchmarkException(
                $"The function sent no status and headers: its content type is '{Text(request.ContentType)}', not {Text(HttpIntegration)}.");
        }
    }

    private static BenchmarkException Unexpected(Connection connection, in FunctionRequest request, string expected)
    {
        if (request.Kind != RequestKind.Error)
            return new BenchmarkException($"The function sent '{Text(request.RequestLine)}' where {expected} was expected.");

        int length = request.ContentLength;
        connection.Skip(request.HeadLength);
        while (connection.Unread.Length < length && connection.Receive())
        {
            // The whole error is worth showing.
        }

        return new BenchmarkException($"The function reported an error: {Text(connection.Unread)}");
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
