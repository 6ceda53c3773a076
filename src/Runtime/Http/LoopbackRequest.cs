namespace StreamingLambda.Runtime.Http;

/// <summary>A request that says what becomes of its thread while the answer is on the way.</summary>
internal sealed class LoopbackRequest(HttpMethod method, Uri uri) : HttpRequestMessage(method, uri)
{
    /// <summary>How long the request waits in the calling thread before it waits without one, in milliseconds; -1 for as long as it takes. It
    /// spares two changes of threads, and costs the caller its thread meanwhile.</summary>
    public int WaitInPlace { get; init; }

    /// <summary>Called when the request is on its way and its answer is not: the time of whoever has something to do meanwhile.</summary>
    public Action? Sent { get; init; }
}
