namespace StreamingLambda.Runtime.Http;

/// <summary>A request that says what becomes of its thread while the answer is on the way.</summary>
internal sealed class LoopbackRequest(HttpMethod method, Uri uri, Waiting waiting) : HttpRequestMessage(method, uri)
{
    public Waiting Waiting => waiting;
}
