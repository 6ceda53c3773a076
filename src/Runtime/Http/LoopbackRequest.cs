namespace StreamingLambda.Runtime.Http;

/// <summary>A request, which says what becomes of its thread while the answer is on the way.</summary>
/// <param name="method"><c>GET</c> or <c>POST</c>.</param>
/// <param name="path">Path and query, beginning with a slash.</param>
/// <param name="waiting">What becomes of the thread.</param>
internal sealed class LoopbackRequest(string method, string path, Waiting waiting)
{
    public string Method => method;

    public string Path => path;

    public Waiting Waiting => waiting;

    /// <summary>The header fields, but for <c>Host</c> and those that frame the body.</summary>
    public List<KeyValuePair<string, string>> Fields { get; } = [];

    /// <summary>A body that is wholly in memory; null without one. Not with <see cref="StreamedBody"/>.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>A body that comes to be while it is sent.</summary>
    public StreamedBody? StreamedBody { get; init; }

    public void Add(string name, string value) => Fields.Add(new(name, value));
}
