using System.Text.RegularExpressions;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Bench.Tests;

/// <summary>Holds the chart of cold starts to its figures, and these to the README that shows both.</summary>
public sealed partial class ColdStartChartTests
{
    [Fact]
    public async Task The_picture_is_what_the_script_makes_of_the_figures()
    {
        Assert.SkipUnless(Tools.IsInPath("python3"), "There is no python3 here.");
        CommandResult drawn = await Command.RunAsync("python3", [Repository.PathOf("scripts/draw-cold-start.py")]);

        Assert.Equal((0, ""), (drawn.ExitCode, drawn.Error));
        Assert.True(
            drawn.Output == Repository.Read("docs/cold-start.svg"),
            "docs/cold-start.svg is not what the figures say. Draw it again: scripts/draw-cold-start.py > docs/cold-start.svg");
    }

    [Fact]
    public void The_figures_are_those_of_the_README()
    {
        string[] shown =
        [
            .. TableRow().Matches(Repository.Read("README.md")).Select(row => $"{row.Groups["name"].Value}: {row.Groups["ratio"].Value}"),
        ];
        string[] drawn =
        [
            .. FigureRow().Matches(Repository.Read("bench/figures/cold-start.csv"))
                .Select(row => $"{row.Groups["name"].Value}: {row.Groups["ratio"].Value}"),
        ];

        // The first one is the floor, which the table leaves out.
        Assert.Equal("A minimal C program: 1.0", drawn[0]);
        Assert.Equal(drawn[1..].Order(), shown.Order());
    }

    [GeneratedRegex(@"^\| \*{0,2}(?<name>[^|*]+?)\*{0,2} \| \*{0,2}(?<ratio>[\d.]+) x\*{0,2} \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("""^"?(?<name>[^"\n]+?)"?,(?<ratio>[\d.]+),""", RegexOptions.Multiline)]
    private static partial Regex FigureRow();
}
