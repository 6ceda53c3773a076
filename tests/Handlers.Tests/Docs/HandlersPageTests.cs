using System.Text.RegularExpressions;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>Holds docs/handlers.md to the code of this folder and of three programs, which is compiled and run.</summary>
public sealed partial class HandlersPageTests
{
    [Fact]
    public void Each_block_of_code_is_a_compiled_region_and_each_region_is_shown()
    {
        var regions = new Dictionary<string, string>(
            [
                .. CodeRegions.In("tests/Handlers.Tests/Docs"),
                .. CodeRegions.In("tests/LifetimeFunction"),
                .. CodeRegions.In("examples/tracing"),
                new("three-lines", Repository.Read("examples/hello/Program.cs")),
            ]);
        List<string> blocks = ReadBlocks();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(regions.ContainsValue(block),
            $"docs/handlers.md shows code that no #region of tests/Handlers.Tests/Docs has. Change the region and the page together:\n{block}"));
        Assert.All(regions, region => Assert.True(blocks.Contains(region.Value),
            $"docs/handlers.md does not show the region '{region.Key}' as it is:\n{region.Value}"));
    }

    /// <summary>Asserts that the page shows an answer as it is, in a block of its own.</summary>
    internal static void AssertShown(string answer) =>
        Assert.Contains("\n" + answer.TrimEnd('\n') + "\n```\n", Repository.Read("docs/handlers.md"), StringComparison.Ordinal);

    private static List<string> ReadBlocks() =>
        [.. Block().Matches(Repository.Read("docs/handlers.md")).Select(match => match.Groups["code"].Value)];

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
