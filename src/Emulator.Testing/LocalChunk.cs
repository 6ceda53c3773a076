using System.Text;

namespace StreamingLambda.Emulator.Testing;

/// <summary>A piece of a response's body, as it arrived from the function: one write, or several that came together.</summary>
/// <param name="Bytes">What arrived.</param>
/// <param name="Elapsed">When, since the request came.</param>
/// <example><code>Assert.True(chunk.Elapsed &lt; TimeSpan.FromSeconds(1), $"'{chunk.Text}' came late");</code></example>
public sealed record LocalChunk(ReadOnlyMemory<byte> Bytes, TimeSpan Elapsed)
{
    /// <summary>The bytes as UTF-8 text. A character that was split between two pieces is garbled here, but not in
    /// <see cref="LocalInvocation.BodyText"/>.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}
