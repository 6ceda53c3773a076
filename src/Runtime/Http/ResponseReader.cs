using System.Net;

namespace StreamingLambda.Runtime.Http;

/// <summary>Reads an HTTP/1.1 response: head, then a body by length, in chunks, or to the end of the connection.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9112. Everything is bounded: <see cref="MaxHeadBytes"/>, <see cref="ResponseBody.MaxBytes"/>.</remarks>
internal static class ResponseReader
{
    public const int MaxHeadBytes = 64 * 1024;

    /// <summary>Reads the final response; interim ones (1xx) are passed over. Tells the connection if nothing may follow on it.</summary>
    /// <exception cref="IOException">The connection ended before the response did.</exception>
    /// <exception cref="HttpRequestException">What arrived is not a response within bounds.</exception>
    public static async Task<HttpResponseMessage> ReadAsync(HttpConnection connection)
    {
        Transport input = connection.Input;
        ResponseHead? head;
        while ((head = TryReadHead(input)) is null || head.StatusCode < 200)
        {
            if (head is null && await input.ReceiveAsync().ConfigureAwait(false) == 0)
                throw Ended();
        }

        var body = new ResponseBody(head);
        if (!head.KeepAlive || body.EndsWithConnection)
            connection.DoNotReuse();
        while (!body.TryRead(input))
        {
            int received = await input.ReceiveAsync(body.Destination).ConfigureAwait(false);
            if (received == 0 && body.EndsWithConnection)
                break;
            if (received == 0)
                throw Ended();
            body.Received(received);
        }
        return CreateMessage(head, body.Bytes);
    }

    /// <summary>Takes a head from the input; null if its end has not arrived.</summary>
    private static ResponseHead? TryReadHead(Transport input)
    {
        int length = input.Input.IndexOf("\r\n\r\n"u8) + 4;
        if (length > MaxHeadBytes || (length < 4 && input.Input.Length >= MaxHeadBytes))
            throw Invalid($"its head is longer than {MaxHeadBytes} bytes");
        if (length < 4)
            return null;
        ResponseHead head = ResponseHead.Parse(input.Input[..length]);
        input.Consume(length);
        return head;
    }

    private static HttpResponseMessage CreateMessage(ResponseHead head, ReadOnlyMemory<byte> body)
    {
        var response = new HttpResponseMessage((HttpStatusCode)head.StatusCode) { Content = new BufferedContent(body) };
        foreach ((string name, string value) in head.Fields)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
                response.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return response;
    }

    private static IOException Ended() => new("the server closed the connection before its answer was complete");

    internal static HttpRequestException Invalid(string what) =>
        new(HttpRequestError.InvalidResponse, $"the server's answer is not valid HTTP/1.1: {what}");
}
