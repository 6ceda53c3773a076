namespace StreamingLambda.Runtime.Http;

/// <summary>A request to the one server that there is, which says what becomes of its thread while the answer is on the way.</summary>
/// <param name="method">GET or POST.</param>
/// <param name="path">Path and query, beginning with a slash.</param>
/// <param name="waiting">What becomes of the thread.</param>
internal sealed class LoopbackRequest(HttpMethod method, string path, Waiting waiting) : HttpRequestMessage(method, default(Uri))
{
    public string Path => path;

    public Waiting Waiting => waiting;

    /// <summary>The header fields, but for <c>Host</c> and those that frame the body. <see cref="HttpRequestMessage.Headers"/> is not
    /// sent, and not touched: its first use starts a table of a hundred headers, which is a sixth of the executable.</summary>
    public List<KeyValuePair<string, string>> Fields { get; } = [];

    /// <summary>A body that is wholly in memory; null without one. Not with <see cref="StreamedBody"/>.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>A body that comes to be while it is sent.</summary>
    public StreamedBody? StreamedBody { get; init; }

    public void Add(string name, string value) => Fields.Add(new(name, value));

    public override string ToString() => $"{Method.Method} {path}";
}
