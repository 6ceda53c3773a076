using System.Xml.Linq;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.PublicApi.Tests;

/// <summary>Each public type says what it is for and shows it in use, with code that is compiled here.</summary>
public sealed class DocumentationTests
{
    private const string Examples = "tests/PublicApi.Tests/Examples";

    [Theory]
    [MemberData(nameof(Library.Names), MemberType = typeof(Library))]
    public void Each_public_type_has_a_summary_and_an_example_that_compiles(string name)
    {
        var library = Library.Named(name);
        IReadOnlyDictionary<string, string> compiled = CodeRegions.In(Examples);
        Dictionary<string, XElement> documented = ReadDocumentation(library);

        Assert.All(library.Types, type =>
        {
            XElement? documentation = documented.GetValueOrDefault($"T:{type.FullName}");
            Assert.False(string.IsNullOrWhiteSpace(documentation?.Element("summary")?.Value), $"{type.FullName} has no <summary>.");
            string? example = documentation!.Element("example")?.Element("code")?.Value;
            Assert.False(string.IsNullOrWhiteSpace(example), $"{type.FullName} has no <example> with <code>.");
            string region = type.Name.Split('`')[0];
            Assert.True(
                compiled.TryGetValue(region, out string? code),
                $"No '#region {region}' in {Examples} compiles the example of {type.FullName}.");
            Assert.Equal(code.TrimEnd(), CodeRegions.RemoveIndent(example.ReplaceLineEndings("\n").Trim('\n')).TrimEnd());
        });
    }

    [Fact]
    public void Each_compiled_example_is_shown_by_a_type()
    {
        IEnumerable<string> types = Library.Names.SelectMany(row => Library.Named(row.Data).Types).Select(type => type.Name.Split('`')[0]);

        Assert.Empty(CodeRegions.In(Examples).Keys.Except(types));
    }

    private static Dictionary<string, XElement> ReadDocumentation(Library library)
    {
        string file = Path.ChangeExtension(library.Assembly.Location, ".xml");
        return XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
    }
}
