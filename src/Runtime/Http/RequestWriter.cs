using System.Buffers;
using System.Globalization;
using System.Text;

namespace StreamingLambda.Runtime.Http;

/// <summary>Writes a request: head, body by length or in chunks, trailers.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9112</remarks>
internal static class RequestWriter
{
    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    public static async Task WriteAsync(HttpConnection connection, LoopbackRequest request)
    {
        SendBuffer output = connection.Output;
        AppendHead(output.Unsent, connection.Server, request);
        if (request.StreamedBody is not { } streamed)
        {
            output.Unsent.Write(request.Body.GetValueOrDefault().Span);
            await output.SendAsync().ConfigureAwait(false);
            return;
        }

        // The head stays in the buffer until the body's first byte, so that both share a send.
        var body = new WriteOnlyStream((data, _) => output.WriteChunkAsync(data), _ => output.SendAsync());
        BodyEnd end = await streamed.OpenAsync(body).ConfigureAwait(false);
        await output.SendAsync(end.Last, end.Trailers is null ? LastChunk : FormatEnd(end.Trailers)).ConfigureAwait(false);
        streamed.SentWhole();
    }

    private static ReadOnlyMemory<byte> FormatEnd(IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        var end = new ArrayBufferWriter<byte>();
        end.Write("0\r\n"u8);
        foreach ((string name, string value) in trailers)
            AppendField(end, name, value);
        end.Write("\r\n"u8);
        return end.WrittenMemory;
    }

    private static void AppendHead(IBufferWriter<byte> output, ServerAddress server, LoopbackRequest request)
    {
        AppendAscii(output, request.Method.Method);
        output.Write(" "u8);
        AppendAscii(output, request.Path);
        output.Write(" HTTP/1.1\r\n"u8);
        AppendField(output, "Host", server.ToString());
        output.Write(UserAgent.Field);
        foreach ((string name, string value) in request.Fields)
            AppendField(output, name, value);
        if (request.StreamedBody is not null)
            output.Write("Transfer-Encoding: chunked\r\n"u8);
        else if (request.Body is { } body)
            AppendField(output, "Content-Length", body.Length.ToString(CultureInfo.InvariantCulture));
        output.Write("\r\n"u8);
    }

    private static void AppendField(IBufferWriter<byte> output, string name, string value)
    {
        // Whatever a caller let through: a line break here would end the field and let its rest act as another one.
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new InvalidOperationException($"The value of the header '{name}' has a line break or a NUL.");
        AppendAscii(output, name);
        output.Write(": "u8);
        Encoding.UTF8.GetBytes(value, output);
        output.Write("\r\n"u8);
    }

    private static void AppendAscii(IBufferWriter<byte> output, string text) => Encoding.ASCII.GetBytes(text, output);
}
