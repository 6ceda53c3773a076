namespace StreamingLambda.Runtime.Http;

/// <summary>Reads the answer to one request: head, then a body by length, in chunks, or to the end of the connection.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9112. Everything is bounded: <see cref="MaxHeadBytes"/>, <see cref="MaxInterim"/>, <see
/// cref="ResponseBody.MaxBytes"/>.</remarks>
internal sealed class ResponseReader(HttpConnection connection)
{
    public const int MaxHeadBytes = 64 * 1024;

    /// <summary>How many interim answers (1xx) one request may get.</summary>
    public const int MaxInterim = 100;

    private int _interim;

    /// <summary>Whether anything has come in since the request began.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether the final answer has begun to arrive, or the connection has ended. Interim answers are read over.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    /// <exception cref="HttpRequestException">What arrived is not an interim answer within bounds.</exception>
    public bool HasArrived()
    {
        while (!IsFinal() && connection.Socket.Poll(forRoom: false, milliseconds: 0))
        {
            int received = connection.Input.Receive();
            if (received <= 0)
                return received == 0;
            HasBegun = true;
        }
        return IsFinal();
    }

    /// <summary>Reads the final answer; interim ones are passed over. Tells the connection if nothing may follow on it.</summary>
    /// <exception cref="IOException">The connection ended before the answer did.</exception>
    /// <exception cref="HttpRequestException">What arrived is not an answer within bounds.</exception>
    public async Task<LoopbackAnswer> ReadAsync()
    {
        ResponseHead? head;
        while ((head = TryReadHead()) is null || head.StatusCode < 200)
        {
            if (head is null && await ReceiveAsync(default).ConfigureAwait(false) == 0)
                throw Ended();
        }

        var body = new ResponseBody(head);
        if (!head.KeepAlive || body.EndsWithConnection)
            connection.DoNotReuse();
        while (!body.TryRead(connection.Input))
        {
            int received = await ReceiveAsync(body.Destination).ConfigureAwait(false);
            if (received == 0 && body.EndsWithConnection)
                break;
            if (received == 0)
                throw Ended();
            body.Received(received);
        }
        if (!connection.Input.Bytes.IsEmpty)
            connection.DoNotReuse();
        return new LoopbackAnswer(head.StatusCode, head.Fields, body.Bytes);
    }

    /// <summary>Whether the input begins with something else than an interim answer or the beginning of one.</summary>
    private bool IsFinal()
    {
        while (MayBeInterim(connection.Input.Bytes))
        {
            if (TryReadHead() is null)
                return false;
        }
        return true;
    }

    private static bool MayBeInterim(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> start = "HTTP/1.1 1"u8;
        int length = Math.Min(input.Length, start.Length);
        return input[..length].SequenceEqual(start[..length]);
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> destination)
    {
        int received = await connection.Input.ReceiveAsync(connection.Waiting, destination).ConfigureAwait(false);
        HasBegun |= received > 0;
        return received;
    }

    /// <summary>Takes a head from the input; null if its end has not arrived.</summary>
    private ResponseHead? TryReadHead()
    {
        ReadOnlySpan<byte> input = connection.Input.Bytes;
        int length = input.IndexOf("\r\n\r\n"u8) + 4;
        if (length > MaxHeadBytes || (length < 4 && input.Length >= MaxHeadBytes))
            throw Invalid($"its head is longer than {MaxHeadBytes} bytes");
        if (length < 4)
            return null;
        var head = ResponseHead.Parse(input[..length]);
        connection.Input.Consume(length);
        if (head.StatusCode < 200 && ++_interim > MaxInterim)
            throw Invalid($"there are more than {MaxInterim} interim answers before it");
        return head;
    }

    private static IOException Ended() => new("the server closed the connection before its answer was complete");

    internal static HttpRequestException Invalid(string what) =>
        new(HttpRequestError.InvalidResponse, $"the server's answer is not valid HTTP/1.1: {what}");
}
