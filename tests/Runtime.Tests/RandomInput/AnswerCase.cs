using System.Text;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>What must come of an answer.</summary>
internal enum AnswerFate
{
    /// <summary>It is read, and its connection is used again.</summary>
    ReadAndKept,

    /// <summary>It is read, and its connection is given up.</summary>
    ReadAndClosed,

    /// <summary>It is refused with an <see cref="HttpRequestException"/>.</summary>
    Refused,

    /// <summary>Read or refused, whichever: it was damaged somewhere.</summary>
    Either,
}

/// <summary>The bytes of an answer as the server sends them, and what has to come of them.</summary>
/// <param name="Bytes">All that is sent.</param>
/// <param name="Cuts">Where the bytes are cut into pieces that are sent one by one, in order.</param>
/// <param name="Closes">Whether the server then closes the connection.</param>
/// <param name="Fate">What must come of it.</param>
/// <param name="Status">The status that must be read.</param>
/// <param name="Body">The body that must be read.</param>
internal sealed record AnswerCase(byte[] Bytes, int[] Cuts, bool Closes, AnswerFate Fate, int Status, byte[] Body)
{
    public override string ToString()
    {
        string shown = Encoding.Latin1.GetString(Bytes.AsSpan(0, Math.Min(Bytes.Length, 2000)))
            .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        string end = Closes ? "closed" : "left open";
        return $"{Fate}, status {Status}, {Body.Length} bytes of body, {end}, cut at [{string.Join(' ', Cuts)}]: {shown}";
    }
}
