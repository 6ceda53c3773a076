using System.Net;

namespace StreamingLambda.Runtime.Http;

/// <summary>A request body that somebody else writes, as it comes to be, and that may end with trailers.</summary>
/// <remarks>
/// <c>HttpClient.SendAsync</c> calls the handler, the handler sends the head and calls <see cref="SerializeToStreamAsync"/>, and that hands
/// the body's stream to whoever waits for <see cref="Opened"/> and stays until <see cref="Complete"/>. The length is unknown, so the body is chunked.
/// </remarks>
internal sealed class StreamedContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new();
    private readonly TaskCompletionSource _completed = new();

    /// <summary>The stream to write the body to, once the request's head is under way.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Fields to send after the body, null for none. Set by <see cref="Complete"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Trailers { get; private set; }

    /// <summary>Ends the body.</summary>
    public void Complete(IReadOnlyList<KeyValuePair<string, string>>? trailers = null)
    {
        Trailers = trailers;
        _completed.TrySetResult();
    }

    /// <summary>Gives the body up: what was sent stays without an end.</summary>
    public void Abort(IOException reason) => _completed.TrySetException(reason);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _opened.TrySetResult(stream);
        return _completed.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
