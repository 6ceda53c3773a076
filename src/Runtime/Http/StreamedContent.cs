using System.Net;

namespace StreamingLambda.Runtime.Http;

/// <summary>A request body that somebody else writes, as it comes to be, and that may end with trailers.</summary>
/// <remarks>
/// <c>HttpClient.SendAsync</c> calls the handler, the handler puts the head into its buffer and calls <see cref="WriteToAsync"/>, and that hands
/// the body's stream to whoever waits for <see cref="Opened"/> and stays until <see cref="Complete"/>. The length is unknown, so the body is chunked.
/// </remarks>
internal sealed class StreamedContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new();
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _completed = new();

    /// <summary>The stream to write the body to, once the request's head is before it.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Fields to send after the body, null for none. Set by <see cref="Complete"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Trailers { get; private set; }

    /// <summary>Whether nothing follows what is written now but the end: no need to send it on its own.</summary>
    public bool IsEnding => _completed.Task.IsCompleted;

    /// <summary>Ends the body.</summary>
    /// <param name="last">Its last bytes, if some are left.</param>
    /// <param name="trailers">Fields to send after it.</param>
    public void Complete(ReadOnlyMemory<byte> last = default, IReadOnlyList<KeyValuePair<string, string>>? trailers = null)
    {
        Trailers = trailers;
        _completed.TrySetResult(last);
    }

    /// <summary>Gives the body up: what was sent stays without an end.</summary>
    public void Abort(IOException reason) => _completed.TrySetException(reason);

    /// <summary>Hands the stream out, stays until <see cref="Complete"/>, and writes what that left.</summary>
    /// <exception cref="IOException">The body was given up, or cannot be written.</exception>
    public async Task WriteToAsync(Stream stream)
    {
        _opened.TrySetResult(stream);
        ReadOnlyMemory<byte> last = await _completed.Task.ConfigureAwait(false);
        if (!last.IsEmpty)
            await stream.WriteAsync(last).ConfigureAwait(false);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
