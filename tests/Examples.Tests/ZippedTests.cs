using System.IO.Compression;
using System.Net;

namespace StreamingLambda.Examples.Tests;

/// <summary>Examples that need more than their executable, as AWS would have them: from a zip, elsewhere.</summary>
public sealed class ZippedTests
{
    [Theory]
    [InlineData("file-download", "files/licence.txt", "/licence.txt", "Apache License")]
    [InlineData("ndjson-export", "libe_sqlite3.so", "/?after=9999", """{"id":10000,"item":"ink","price":100.00}""")]
    public async Task What_an_example_needs_is_found_beside_its_executable(string name, string needed, string path, string expected)
    {
        string published = Path.GetDirectoryName(await Example.PublishAsync(name))!;
        using var directory = new TemporaryDirectory();
        string zip = Path.Combine(directory.Path, "bootstrap.zip");
        Pack(zip, published, "bootstrap", needed);
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(zip, name);
        (HttpStatusCode status, string body) = await emulator.GetTextAsync(path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(expected, body, StringComparison.Ordinal);
    }

    private static void Pack(string zip, string folder, params string[] files)
    {
        using ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Create);
        foreach (string file in files)
            archive.CreateEntryFromFile(Path.Combine(folder, file), file);
    }
}
