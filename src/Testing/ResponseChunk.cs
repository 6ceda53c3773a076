using System.Text;

namespace StreamingLambda.Testing;

/// <summary>One write of the handler to the body of its response.</summary>
/// <param name="Bytes">What was written.</param>
/// <param name="Elapsed">When, since the handler got the event, by <see cref="TestHost.TimeProvider"/>.</param>
/// <example><code>Assert.Equal(TimeSpan.FromSeconds(1), response.Chunks[1].Elapsed);</code></example>
public sealed record ResponseChunk(ReadOnlyMemory<byte> Bytes, TimeSpan Elapsed)
{
    /// <summary>The bytes as UTF-8 text. A character that was split between two writes is garbled here, but not in
    /// <see cref="TestResponse.BodyText"/>.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}
