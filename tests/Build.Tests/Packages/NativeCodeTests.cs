using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>Code that would fail in a native binary is refused by every build of a project from the template, where it is written.</summary>
[Collection(nameof(PackedFeed))]
public sealed class NativeCodeTests(PackedFeed feed)
{
    private const string Bad = """
        using System.Text.Json;

        namespace Anything;

        public static class Bad
        {
            public static string Json(Uri uri) => JsonSerializer.Serialize(uri);
            public static Array Values(Type type) => Enum.GetValues(type);
            public static Type? Find(string name) => Type.GetType(name);
        }
        """;

    [Fact]
    public async Task A_plain_build_has_an_error_of_each_rule_at_each_place_and_one_switch_makes_warnings_of_them()
    {
        string project = await feed.NewAsync("reflecting");
        await File.WriteAllTextAsync(Path.Combine(project, "src/reflecting/Bad.cs"), Bad, TestContext.Current.CancellationToken);

        CommandResult build = await PackedFeed.DotnetAsync(project, "build", "src/reflecting", "-consoleLoggerParameters:NoSummary");
        CommandResult lenient = await PackedFeed.DotnetAsync(
            project, "build", "src/reflecting", "-consoleLoggerParameters:NoSummary", "-p:IlcTreatWarningsAsErrors=false");

        string[] expected = ["7 IL2026", "7 IL3050", "8 IL3050", "9 IL2057"];
        Assert.Equal((1, 0), (build.ExitCode, lenient.ExitCode));
        Assert.Equal(expected, Found("error", build.Output));
        Assert.Equal(expected, Found("warning", lenient.Output));
    }

    [Fact]
    public async Task A_native_build_that_refuses_it_says_where_each_place_is_shown()
    {
        Requires.Programs("zip", "unzip", "readelf", "objcopy");
        Requires.Compiler();
        string project = await feed.NewAsync("refused-natively");
        await File.WriteAllTextAsync(Path.Combine(project, "src/refused-natively/Bad.cs"), Bad, TestContext.Current.CancellationToken);
        string handler = Path.Combine(project, "src/refused-natively/Hello.cs");
        string text = await File.ReadAllTextAsync(handler, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            handler, text.Replace("\"Hello\"", "Anything.Bad.Json(new(\"a:b\"))", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        CommandResult build = await Command.RunAsync(Path.Combine(project, "build.sh"), ["--local"], timeout: TimeSpan.FromMinutes(4));

        Assert.Equal(1, build.ExitCode);
        Assert.Matches("Bad[.]cs.*error IL(2026|3050)", build.Output);
        Assert.Contains("'dotnet build' shows each place once, in your own code.", build.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Found(string severity, string output) =>
        Regex.Matches(output, $@"Bad[.]cs\((\d+),\d+\): {severity} (IL\d+):")
            .Select(match => $"{match.Groups[1]} {match.Groups[2]}").Distinct().Order();
}
