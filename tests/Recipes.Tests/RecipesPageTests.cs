using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.Recipes.Tests;

/// <summary>Holds docs/recipes.md to code that is compiled and run, and to a template that the emulator takes.</summary>
public sealed partial class RecipesPageTests
{
    private static readonly string Page = Repository.Read("docs/recipes.md");

    [Fact]
    public void Each_block_of_code_is_a_compiled_region_and_each_region_is_shown()
    {
        IReadOnlyDictionary<string, string> regions = CodeRegions.In("tests/Recipes.Tests/Recipes");
        List<string> blocks = [.. CodeRegions.ShownBy("docs/recipes.md")];

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(regions.Values.Contains(block), $"No #region of tests/Recipes.Tests/Recipes has:\n{block}"));
        Assert.All(regions, region => Assert.True(blocks.Contains(region.Value), $"docs/recipes.md does not show the region '{region.Key}'."));
    }

    [Fact]
    public async Task The_template_lets_the_page_in_that_it_names_and_no_other()
    {
        using var directory = new TemporaryDirectory();
        string template = Path.Combine(directory.Path, "template.yaml");
        await File.WriteAllTextAsync(template, $"Resources:\n{Assert.Single(CodeRegions.ShownBy("docs/recipes.md", "yaml"))}");
        await using LocalLambda lambda = await LocalLambda.StartAsync(
            new LocalLambdaOptions { Path = template, Executable = BuiltPrograms.Bootstrap, Handler = "SendNumbersWithPause" });

        Assert.Equal((200, "https://www.example.com"), await AskAsync("https://www.example.com"));
        Assert.Equal(403, (await AskAsync("https://other.example")).Status);

        async Task<(int Status, string? Allowed)> AskAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/?count=1&pauseMs=0", UriKind.Relative));
            request.Headers.Add("Origin", origin);
            using HttpResponseMessage answer = await lambda.Function.Http.SendAsync(request);
            return ((int)answer.StatusCode, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null);
        }
    }

    [Fact]
    public void The_index_links_each_recipe_in_order() => Assert.Equal(
        Heading().Matches(Page).Select(match => match.Groups["text"].Value),
        Link().Matches(Page).Select(match => match.Groups["text"].Value));

    [GeneratedRegex("^## (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^- \[(?<text>[^\]]+)\]\(#", RegexOptions.Multiline)]
    private static partial Regex Link();
}
