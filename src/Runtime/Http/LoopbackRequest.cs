namespace StreamingLambda.Runtime.Http;

/// <summary>A request that says what becomes of its thread while the answer is on the way.</summary>
/// <param name="method">The method.</param>
/// <param name="uri">Where it goes.</param>
/// <param name="waiting">What becomes of the thread.</param>
/// <param name="sent">Called once, when the request is on its way and its answer is not: the time of whoever has something to do meanwhile.</param>
internal sealed class LoopbackRequest(HttpMethod method, Uri uri, Waiting waiting, Action? sent = null) : HttpRequestMessage(method, uri)
{
    private Action? _sent = sent;

    public Waiting Waiting => waiting;

    public void OnSent()
    {
        Action? sent = _sent;
        _sent = null;
        sent?.Invoke();
    }
}
