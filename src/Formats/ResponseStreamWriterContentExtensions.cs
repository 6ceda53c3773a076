using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Sends text, a file or a stream.</summary>
/// <remarks>
/// <para>Each call is a whole response: status and headers, the body, finish. It completes when Lambda has accepted the response. Status and headers
/// wait for the first bytes: what fails before them fails the invocation, and the caller of a function URL gets 502 instead of a 200.</para>
/// <para>Such a body has no place for an error. What fails in the middle goes on to the runtime, which logs it and ends the response with error
/// trailers; the caller of a function URL sees the bytes sent so far.</para>
/// <para>All methods throw what <see cref="ResponseStreamWriter"/> throws: <see cref="ArgumentException"/> for status and headers that cannot be
/// sent, <see cref="InvalidOperationException"/> where the response has already started, <see cref="RuntimeApiException"/> when Lambda refuses it,
/// <see cref="OperationCanceledException"/> when the token fires.</para>
/// </remarks>
/// <example>
/// <code>
/// await response.SendFileAsync("report.pdf", new(200, ("Content-Type", "application/pdf")), cancellationToken);
/// </code>
/// </example>
public static class ResponseStreamWriterContentExtensions
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const string Bytes = "application/octet-stream";

    /// <summary>Sends a text in UTF-8, with status 200 and <c>text/plain; charset=utf-8</c>.</summary>
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendTextAsync(this ResponseStreamWriter response, string text, CancellationToken cancellationToken) =>
        response.SendTextAsync(text, null, cancellationToken);

    /// <summary>Sends a text in UTF-8.</summary>
    /// <param name="response">The response.</param>
    /// <param name="text">The whole body.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 200. <c>Content-Type: text/plain; charset=utf-8</c> is added unless
    /// another is given.</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    public static async Task SendTextAsync(
        this ResponseStreamWriter response, string text, StatusAndHeaders? statusAndHeaders = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        StatusAndHeaders head = FormatHeaders.Complete(statusAndHeaders, ("Content-Type", PlainText));
        await response.SendWholeAsync(Encoding.UTF8.GetBytes(text), head, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends text that comes in parts, in UTF-8, with status 200 and <c>text/plain; charset=utf-8</c>: each part is on its way before the
    /// next one is asked for.</summary>
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendTextAsync(
        this ResponseStreamWriter response, IAsyncEnumerable<string> parts, CancellationToken cancellationToken) =>
        response.SendTextAsync(parts, null, cancellationToken);

    /// <summary>Sends text that comes in parts, in UTF-8: each part is on its way before the next one is asked for.</summary>
    /// <param name="response">The response.</param>
    /// <param name="parts">The body. The halves of a surrogate pair, such as an emoji's, may come in two parts.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies; null for 200. <c>Content-Type: text/plain; charset=utf-8</c> is added unless
    /// another is given.</param>
    /// <param name="cancellationToken">Ends the response early; the sequence gets it too.</param>
    public static async Task SendTextAsync(
        this ResponseStreamWriter response,
        IAsyncEnumerable<string> parts,
        StatusAndHeaders? statusAndHeaders = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var deferred = new DeferredResponse(response, FormatHeaders.Complete(statusAndHeaders, ("Content-Type", PlainText)));
        Encoder encoder = Encoding.UTF8.GetEncoder();
        var buffer = new ArrayBufferWriter<byte>();
        await foreach (string part in parts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            buffer.ResetWrittenCount();
            encoder.Convert(part, buffer, flush: false, out _, out _);
            await deferred.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
        buffer.ResetWrittenCount();
        encoder.Convert("", buffer, flush: true, out _, out _);
        await deferred.FinishAsync(buffer.WrittenMemory).ConfigureAwait(false);
    }

    /// <summary>Sends a file, with status 200 and <c>application/octet-stream</c>.</summary>
    /// <inheritdoc cref="SendFileAsync(ResponseStreamWriter, string, StatusAndHeaders, CancellationToken)" />
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendFileAsync(this ResponseStreamWriter response, string path, CancellationToken cancellationToken) =>
        response.SendFileAsync(path, null, cancellationToken);

    /// <summary>Sends a file.</summary>
    /// <param name="response">The response.</param>
    /// <param name="path">The file.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies, with the file's <c>Content-Type</c> (<c>application/octet-stream</c> if there is
    /// none); null for 200. A <c>Content-Length</c> cannot be sent: Lambda frames the response.</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    /// <exception cref="IOException">The file is not there or cannot be read; nothing was sent if it could not be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read the file, or it is a directory; nothing was sent.</exception>
    public static async Task SendFileAsync(
        this ResponseStreamWriter response, string path, StatusAndHeaders? statusAndHeaders = null, CancellationToken cancellationToken = default)
    {
        const FileOptions options = FileOptions.Asynchronous | FileOptions.SequentialScan;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, options);
        await using (file.ConfigureAwait(false))
            await response.SendStreamAsync(file, statusAndHeaders, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what a stream holds from its position to its end, with status 200 and <c>application/octet-stream</c>.</summary>
    /// <inheritdoc cref="SendStreamAsync(ResponseStreamWriter, Stream, StatusAndHeaders, CancellationToken)" />
    [OverloadResolutionPriority(-1)] // Else new(404) would be a token.
    public static Task SendStreamAsync(this ResponseStreamWriter response, Stream content, CancellationToken cancellationToken) =>
        response.SendStreamAsync(content, null, cancellationToken);

    /// <summary>Sends what a stream holds from its position to its end, each piece as soon as the stream has it. The stream stays open.</summary>
    /// <param name="response">The response.</param>
    /// <param name="content">Where the body comes from.</param>
    /// <param name="statusAndHeaders">Status, headers and cookies, with the <c>Content-Type</c> (<c>application/octet-stream</c> if there is
    /// none); null for 200.</param>
    /// <param name="cancellationToken">Ends the response early.</param>
    public static async Task SendStreamAsync(
        this ResponseStreamWriter response, Stream content, StatusAndHeaders? statusAndHeaders = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var deferred = new DeferredResponse(response, FormatHeaders.Complete(statusAndHeaders, ("Content-Type", Bytes)));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int read)
            await deferred.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        await deferred.FinishAsync().ConfigureAwait(false);
        // Not after a failure: a read that was given up may still use it.
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
