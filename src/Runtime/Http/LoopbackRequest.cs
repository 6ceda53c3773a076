namespace StreamingLambda.Runtime.Http;

/// <summary>A request that says how patient its threads are.</summary>
internal sealed class LoopbackRequest(HttpMethod method, Uri uri) : HttpRequestMessage(method, uri)
{
    /// <summary>How long the request waits in the calling thread before it waits without one, in milliseconds; -1 for as long as it takes. It
    /// spares two changes of threads, and costs the caller its thread meanwhile.</summary>
    public int WaitInPlace { get; init; }
}
