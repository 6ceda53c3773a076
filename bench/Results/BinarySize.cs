using System.IO.Compression;
using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.Results;

/// <summary>What a program weighs, alone and as the zip that is deployed.</summary>
internal sealed record BinarySize(long FileBytes, long ZipBytes)
{
    /// <returns>Null for a program that is more than one file.</returns>
    public static BinarySize? Of(Target target)
    {
        if (!target.IsWholeProgram) return null;

        using MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
            _ = archive.CreateEntryFromFile(target.Path, "bootstrap", CompressionLevel.SmallestSize);

        return new BinarySize(new FileInfo(target.Path).Length, zip.Length);
    }
}
