using System.Text;

namespace StreamingLambda.Testing;

/// <summary>What became of an invocation.</summary>
/// <example>
/// <code>
/// Assert.Null(response.Error);
/// Assert.Equal("text/plain", response.Headers["content-type"]);
/// </code>
/// </example>
public sealed class TestResponse
{
    /// <summary>The status: what the handler wrote; 200 for a raw response; 502 if the handler failed before the response began, which is
    /// what a function URL then answers.</summary>
    public required int StatusCode { get; init; }

    /// <summary>The headers, found by names in any case. A raw response has its content type.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>One <c>Set-Cookie</c> value each.</summary>
    public required IReadOnlyList<string> Cookies { get; init; }

    /// <summary>The body as far as it was written.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as UTF-8 text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as it was written: one chunk for each write.</summary>
    public required IReadOnlyList<ResponseChunk> Chunks { get; init; }

    /// <summary>The error that Lambda was told of; null if the response was finished.</summary>
    public required ReportedError? Error { get; init; }

    /// <summary>What was logged at any level, failures included: also of background work, which are logged and not reported.</summary>
    public required string Log { get; init; }
}
