using StreamingLambda.Tests.Shared;

namespace StreamingLambda.PublicApi.Tests.Readmes;

/// <summary>Holds the packages' pages to the code of this folder, which is compiled and run. The page of the runtime is a whole project, which a test
/// of the packages builds.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Pages =
        ["src/AspNetCore/README.md", "src/Formats/README.md", "src/Testing/README.md", "docs/aspnetcore.md"];

    [Fact]
    public void Each_block_of_code_is_a_compiled_region_and_each_region_is_shown()
    {
        List<string> regions =
        [
            .. CodeRegions.In("tests/PublicApi.Tests/Readmes").Values,
            CodeRegions.In("tests/PublicApi.Tests/Examples")["LambdaWebApplicationBuilderExtensions"],
        ];
        List<(string Page, string Code)> blocks = [.. Pages.SelectMany(page => CodeRegions.ShownBy(page).Select(code => (page, code)))];

        Assert.All(Pages, page => Assert.Contains(page, blocks.Select(block => block.Page)));
        Assert.All(blocks, block => Assert.True(regions.Contains(block.Code), $"{block.Page} shows code that no #region has:\n{block.Code}"));
        Assert.All(regions, region => Assert.True(blocks.Exists(block => block.Code == region), $"No page shows this #region:\n{region}"));
    }
}
