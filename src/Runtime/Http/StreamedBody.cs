namespace StreamingLambda.Runtime.Http;

/// <summary>A request body that somebody else writes, as it comes to be, and that may end with trailers.</summary>
/// <remarks>
/// Whoever carries the request calls <see cref="OpenAsync"/> when its head is written. That hands the body's stream to whoever waits for
/// <see cref="Opened"/>, and returns the body's end when that is known: last bytes and trailers, to be sent behind what came through the stream.
/// The length is unknown, so the body is chunked.
/// </remarks>
internal sealed class StreamedBody
{
    private readonly TaskCompletionSource<Stream> _opened = new();
    private readonly TaskCompletionSource<BodyEnd> _end = new();

    /// <summary>The stream to write the body to, once the request's head is before it.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Whether the request went out to its end. An answer to one that did not is no answer to it, whatever its status.</summary>
    public bool IsSentWhole { get; private set; }

    /// <summary>Ends the body.</summary>
    public void End(BodyEnd end) => _end.TrySetResult(end);

    /// <summary>Gives the body up: what was sent stays without an end.</summary>
    public void Abort(Exception reason) => _end.TrySetException(reason);

    /// <summary>Hands the stream out, and returns the end.</summary>
    public Task<BodyEnd> OpenAsync(Stream stream)
    {
        _opened.TrySetResult(stream);
        return _end.Task;
    }

    /// <summary>Marks the request, body and end, as sent.</summary>
    public void SentWhole() => IsSentWhole = true;
}
