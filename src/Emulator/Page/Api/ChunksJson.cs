using System.Text;
using System.Text.Unicode;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>Some chunks of a response, from one on; they take the place of those that were told before.</summary>
/// <param name="First">Which one the first of these is.</param>
/// <param name="Chunks">The chunks.</param>
internal sealed record ChunksJson(int First, IReadOnlyList<ChunkJson> Chunks);

/// <summary>A chunk. Its content is there as <c>text</c> where it is UTF-8, else as <c>base64</c>, and not at all where it is not kept.</summary>
/// <param name="At">When it arrived, in milliseconds from the invocation's beginning.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Count">How many chunks are told as this one; null: one.</param>
/// <param name="Text">What is kept of it.</param>
/// <param name="Base64">The same, where it is no text.</param>
internal sealed record ChunkJson(double At, long Size, int? Count, string? Text, string? Base64)
{
    /// <summary>Describes a chunk.</summary>
    public static ChunkJson Of(RecordedInvocation invocation, RecordedChunk chunk)
    {
        byte[] content = invocation.ReadContent(chunk.Offset, chunk.Length);
        bool isText = Utf8.IsValid(content);
        return new ChunkJson(
            invocation.Since(chunk.Timestamp)!.Value,
            chunk.Length,
            chunk.Count == 1 ? null : chunk.Count,
            content.Length > 0 && isText ? Encoding.UTF8.GetString(content) : null,
            content.Length > 0 && !isText ? Convert.ToBase64String(content) : null);
    }
}

/// <summary>Some lines of an invocation's log.</summary>
/// <param name="First">Which one the first of these is.</param>
/// <param name="Lines">The lines.</param>
internal sealed record LogJson(int First, IReadOnlyList<LineJson> Lines);

/// <summary>A line.</summary>
/// <param name="At">When it was logged, in milliseconds from the invocation's beginning.</param>
/// <param name="Text">The line.</param>
internal sealed record LineJson(double At, string Text);
