using CsCheck;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>One change to some bytes.</summary>
/// <param name="At">Where, as a part of the whole length.</param>
/// <param name="Removed">How many bytes go.</param>
/// <param name="Inserted">What comes in their place.</param>
internal sealed record Mutation(double At, int Removed, byte[] Inserted)
{
    /// <param name="alphabet">Bytes that are likelier to matter than others, as Latin-1.</param>
    public static Gen<Mutation> Generate(string alphabet) => Gen.Select(
        Gen.Double[0, 1], Gen.Int[0, 3], Gen.OneOf(Gen.Char[alphabet].Select(c => (byte)c), Gen.Byte).Array[0, 3],
        (at, removed, inserted) => new Mutation(at, removed, inserted));

    /// <returns>The bytes changed; never none at all.</returns>
    public static byte[] Apply(byte[] bytes, IEnumerable<Mutation> mutations)
    {
        List<byte> changed = [.. bytes];
        foreach (Mutation mutation in mutations)
        {
            int at = (int)(mutation.At * changed.Count);
            changed.RemoveRange(at, Math.Min(mutation.Removed, changed.Count - at));
            changed.InsertRange(at, mutation.Inserted);
        }
        return changed.Count > 0 ? [.. changed] : [0];
    }
}
