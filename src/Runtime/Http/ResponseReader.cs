using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace StreamingLambda.Runtime.Http;

/// <summary>Reads an HTTP/1.1 response: head, then a body by length, in chunks, or to the end of the connection.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9112. Everything is bounded: <see cref="MaxHeadBytes"/>, <see cref="MaxBodyBytes"/>.</remarks>
internal static class ResponseReader
{
    public const int MaxHeadBytes = 64 * 1024;

    /// <summary>An event is at most 6 MB; more than five times that is not an answer of the Runtime API.</summary>
    public const int MaxBodyBytes = 32 * 1024 * 1024;

    /// <summary>Reads the final response; interim ones (1xx) are passed over. Tells the connection if nothing may follow on it.</summary>
    /// <exception cref="IOException">The connection ended before the response did.</exception>
    /// <exception cref="HttpRequestException">What arrived is not a response within bounds.</exception>
    public static async Task<HttpResponseMessage> ReadAsync(HttpConnection connection)
    {
        Transport input = connection.Input;
        ResponseHead head;
        do
        {
            int length = await FindEndOfHeadAsync(input).ConfigureAwait(false);
            head = ResponseHead.Parse(input.Input[..length]);
            input.Consume(length);
        }
        while (head.StatusCode < 200);

        if (!head.KeepAlive)
            connection.DoNotReuse();
        ReadOnlyMemory<byte> body = default;
        if (head.StatusCode is not (204 or 304))
        {
            if (head.IsChunked)
                body = await ReadChunksAsync(input).ConfigureAwait(false);
            else if (head.ContentLength is { } contentLength)
                body = await ReadLengthAsync(input, contentLength).ConfigureAwait(false);
            else
                body = await ReadToEndAsync(connection).ConfigureAwait(false);
        }
        return CreateMessage(head, body);
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

    private static async ValueTask<int> FindEndOfHeadAsync(Transport input)
    {
        int searched = 0;
        while (true)
        {
            int end = input.Input[searched..].IndexOf("\r\n\r\n"u8);
            if (end >= 0 && searched + end + 4 <= MaxHeadBytes)
                return searched + end + 4;
            if (end >= 0 || input.Input.Length >= MaxHeadBytes)
                throw Invalid($"its head is longer than {MaxHeadBytes} bytes");
            searched = Math.Max(0, input.Input.Length - 3);
            await ReceiveAsync(input).ConfigureAwait(false);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadLengthAsync(Transport input, long length)
    {
        CheckBodySize(length);
        byte[] body = GC.AllocateUninitializedArray<byte>((int)length);
        int filled = Math.Min(body.Length, input.Input.Length);
        input.Input[..filled].CopyTo(body);
        input.Consume(filled);
        while (filled < body.Length)
        {
            int received = await input.ReceiveAsync(body.AsMemory(filled)).ConfigureAwait(false);
            if (received == 0)
                throw Ended();
            filled += received;
        }
        return body;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadChunksAsync(Transport input)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            long size = ParseChunkSize(await ReadLineAsync(input).ConfigureAwait(false));
            if (size == 0)
                break;
            CheckBodySize(body.WrittenCount + size);
            await CopyAsync(input, body, (int)size).ConfigureAwait(false);
            if ((await ReadLineAsync(input).ConfigureAwait(false)).Length > 0)
                throw Invalid("a chunk is longer than its size says");
        }
        while ((await ReadLineAsync(input).ConfigureAwait(false)).Length > 0)
        {
            // Trailers of an answer mean nothing to us.
        }
        return body.WrittenMemory;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadToEndAsync(HttpConnection connection)
    {
        connection.DoNotReuse();
        Transport input = connection.Input;
        var body = new ArrayBufferWriter<byte>(1024);
        do
        {
            CheckBodySize(body.WrittenCount + input.Input.Length);
            body.Write(input.Input);
            input.Consume(input.Input.Length);
        }
        while (await input.ReceiveAsync().ConfigureAwait(false));
        return body.WrittenMemory;
    }

    private static async ValueTask CopyAsync(Transport input, ArrayBufferWriter<byte> body, int count)
    {
        while (count > 0)
        {
            if (input.Input.IsEmpty)
                await ReceiveAsync(input).ConfigureAwait(false);
            int part = Math.Min(count, input.Input.Length);
            body.Write(input.Input[..part]);
            input.Consume(part);
            count -= part;
        }
    }

    private static async ValueTask<string> ReadLineAsync(Transport input)
    {
        while (true)
        {
            int end = input.Input.IndexOf("\r\n"u8);
            if (end >= 0)
            {
                string line = Encoding.ASCII.GetString(input.Input[..end]);
                input.Consume(end + 2);
                return line;
            }
            if (input.Input.Length >= MaxHeadBytes)
                throw Invalid($"a line is longer than {MaxHeadBytes} bytes");
            await ReceiveAsync(input).ConfigureAwait(false);
        }
    }

    private static long ParseChunkSize(string line)
    {
        ReadOnlySpan<char> size = line.AsSpan();
        int extension = size.IndexOf(';');
        if (extension >= 0)
            size = size[..extension].TrimEnd();
        if (size.Length is 0 or > 8 || !uint.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
            throw Invalid("the size of a chunk is not a hexadecimal number");
        return value;
    }

    private static async ValueTask ReceiveAsync(Transport input)
    {
        if (!await input.ReceiveAsync().ConfigureAwait(false))
            throw Ended();
    }

    private static void CheckBodySize(long size)
    {
        if (size > MaxBodyBytes)
            throw Invalid($"its body is longer than {MaxBodyBytes} bytes");
    }

    private static IOException Ended() => new("the server closed the connection before its answer was complete");

    internal static HttpRequestException Invalid(string what) =>
        new(HttpRequestError.InvalidResponse, $"the server's answer is not valid HTTP/1.1: {what}");
}
