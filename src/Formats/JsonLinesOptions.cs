namespace StreamingLambda.Formats;

/// <summary>Choices for a response in JSON lines.</summary>
/// <example><code>var options = new JsonLinesOptions { DescribeError = e => new StreamError("failed", e.GetType().Name) };</code></example>
public sealed record JsonLinesOptions
{
    /// <summary>What the last line says when the sequence fails. Null, or a null of it: that the stream failed or was interrupted, and no more (<see
    /// cref="StreamError"/>).</summary>
    public Func<Exception, StreamError?>? DescribeError { get; init; }
}
