using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Choices for a response in JSON lines.</summary>
/// <example><code>var options = new JsonLinesOptions { StatusAndHeaders = new(200, ("X-Table", "orders")) };</code></example>
public sealed record JsonLinesOptions
{
    /// <summary>Status, headers and cookies; default 200. <c>Content-Type: application/x-ndjson</c> is added unless another is given.</summary>
    public StatusAndHeaders? StatusAndHeaders { get; init; }

    /// <summary>What the last line says when the sequence fails. Null, or a null of it: that the stream failed or was interrupted, and no more (<see
    /// cref="StreamError"/>).</summary>
    public Func<Exception, StreamError?>? DescribeError { get; init; }
}
