using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>What each package holds. A library that becomes a package is checked without a line here.</summary>
[Collection(nameof(PackedFeed))]
public sealed class PackageTests(PackedFeed feed)
{
    private static readonly string[] WithoutAssemblies = ["StreamingLambda.Templates"];

    [Fact]
    public void One_command_packs_them_all_without_a_warning()
    {
        Assert.Equal(0, feed.Packing.ExitCode);
        Assert.DoesNotContain("warning", feed.Packing.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            [
                "StreamingLambda.AspNetCore", "StreamingLambda.Emulator", "StreamingLambda.Emulator.Testing", "StreamingLambda.Formats",
                "StreamingLambda.Runtime", "StreamingLambda.Templates", "StreamingLambda.Testing",
            ],
            Ids("nupkg").Order());
    }

    [Fact]
    public void Each_says_what_it_is_and_under_which_licence() => Assert.All(Ids("nupkg"), id =>
    {
        using ZipArchive package = Open(id, "nupkg");
        XElement metadata = Nuspec(package);

        Assert.Equal(feed.Version, Text(metadata, "version"));
        Assert.Equal("Apache-2.0", Text(metadata, "license"));
        Assert.Equal("README.md", Text(metadata, "readme"));
        Assert.True(Text(metadata, "description").Length > 50, $"{id}: a description of one sentence at least");
        Assert.Contains("lambda", Text(metadata, "tags"), StringComparison.Ordinal);
        Assert.Equal(Repository.Read("LICENSE"), ReadText(package, "LICENSE"));
        Assert.StartsWith($"# {id}\n", ReadText(package, "README.md"), StringComparison.Ordinal);
    });

    [Fact]
    public void Each_assembly_comes_with_its_documentation_and_its_symbols() => Assert.All(Ids("nupkg").Except(WithoutAssemblies), id =>
    {
        using ZipArchive package = Open(id, "nupkg");
        using ZipArchive symbols = Open(id, "snupkg");
        string assembly = package.Entries.Single(entry => entry.Name == $"{id}.dll").FullName;

        Assert.Contains(Path.ChangeExtension(assembly, "xml"), package.Entries.Select(entry => entry.FullName));
        Assert.Contains(Path.ChangeExtension(assembly, "pdb"), symbols.Entries.Select(entry => entry.FullName));
    });

    [Fact]
    public void None_tells_where_it_was_built() => Assert.All(
        Ids("nupkg").Select(id => (id, "nupkg")).Concat(Ids("snupkg").Select(id => (id, "snupkg"))),
        file =>
        {
            using ZipArchive package = Open(file.Item1, file.Item2);
            foreach (ZipArchiveEntry entry in package.Entries)
            {
                string content = Encoding.Latin1.GetString(Read(entry));
                Assert.All(
                    [Repository.Root, feed.Home],
                    place => Assert.False(content.Contains(place, StringComparison.Ordinal), $"{file}: {entry.FullName}"));
            }
        });

    [Fact]
    public void Packages_of_one_version_ask_for_each_other_in_that_version()
    {
        using ZipArchive package = Open("StreamingLambda.Testing", "nupkg");
        List<XElement> ours = [.. Nuspec(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Where(element => ((string)element.Attribute("id")!).StartsWith("StreamingLambda.", StringComparison.Ordinal))];

        Assert.Contains("StreamingLambda.Runtime", ours.Select(dependency => (string?)dependency.Attribute("id")));
        Assert.All(ours, dependency => Assert.Equal($"[{feed.Version}]", (string?)dependency.Attribute("version")));
    }

    [Fact]
    public void The_runtime_asks_for_no_other_package()
    {
        using ZipArchive package = Open("StreamingLambda.Runtime", "nupkg");

        Assert.DoesNotContain(Nuspec(package).Descendants(), element => element.Name.LocalName == "dependency");
    }

    private IEnumerable<string> Ids(string extension) =>
        Directory.GetFiles(feed.Feed, $"*.{feed.Version}.{extension}")
            .Select(file => Path.GetFileName(file).Replace($".{feed.Version}.{extension}", "", StringComparison.Ordinal));

    private ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Path.Combine(feed.Feed, $"{id}.{feed.Version}.{extension}"));

    private static XElement Nuspec(ZipArchive package)
    {
        using Stream stream = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    private static string Text(XElement metadata, string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private static string ReadText(ZipArchive package, string name) => Encoding.UTF8.GetString(Read(package.GetEntry(name)!));

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
