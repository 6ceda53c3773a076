using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>Holds the README and the pages about handlers to the code of this folder and of three programs, which is compiled and run.</summary>
public sealed class PagesTests
{
    private static readonly string[] Pages =
        ["README.md", "docs/getting-started.md", "docs/handlers.md", "docs/formats.md", "docs/errors.md", "docs/testing.md"];

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
        ILookup<string, string> blocks = Pages
            .SelectMany(page => CodeRegions.ShownBy(page).Select(code => (page, code)))
            .ToLookup(block => block.code, block => block.page);

        Assert.All(Pages, page => Assert.Contains(blocks, pages => pages.Contains(page)));
        Assert.All(blocks, block => Assert.True(regions.ContainsValue(block.Key),
            $"{block.First()} shows code that no #region of tests/Handlers.Tests/Docs has. Change the region and the page together:\n{block.Key}"));
        Assert.All(regions, region => Assert.True(blocks.Contains(region.Value),
            $"None of {string.Join(", ", Pages)} shows the region '{region.Key}' as it is:\n{region.Value}"));
    }

    /// <summary>Asserts that a page shows a response as it is, in a block of its own.</summary>
    internal static void AssertShown(string response) =>
        Assert.Contains(Pages, page => Repository.Read(page).Contains("\n" + response.TrimEnd('\n') + "\n```\n", StringComparison.Ordinal));
}
