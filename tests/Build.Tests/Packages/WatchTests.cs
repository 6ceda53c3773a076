using System.Diagnostics;
using System.Globalization;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>'--watch' in a project from the template: save, call, see it.</summary>
[Collection(nameof(PackedFeed))]
public sealed class WatchTests(PackedFeed feed)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_change_is_in_the_next_answer_within_seconds()
    {
        string project = await NewAsync("watched");
        string handler = Path.Combine(project, "src/watched/Hello.cs");
        TimeSpan byWatch = TimeSpan.MaxValue, byHand = TimeSpan.MaxValue;
        await using (InstalledEmulator emulator = await InstalledEmulator.StartAsync(project, "--auth", "NONE", "--watch"))
        {
            Assert.Contains("This came as a stream.", await CallAsync(emulator), StringComparison.Ordinal);
            for (int round = 1; round <= 3; round++)
                byWatch = Min(byWatch, await SaveAndCallAsync(emulator, handler, round));
        }
        for (int round = 4; round <= 6; round++)
        {
            await ReplaceAsync(handler, $"\"Hello {round - 1}\"", $"\"Hello {round}\"");
            long started = Stopwatch.GetTimestamp();
            Assert.Equal(0, (await PackedFeed.DotnetAsync(project, "build", "src/watched")).ExitCode);
            byHand = Min(byHand, Stopwatch.GetElapsedTime(started));
        }
        string measured = string.Create(
            CultureInfo.InvariantCulture,
            $"From saving to the first byte: {byWatch.TotalSeconds:F1} s; 'dotnet build' alone: {byHand.TotalSeconds:F1} s.");
        TestContext.Current.TestOutputHelper?.WriteLine(measured);
        // The rounds come one after the other, and a busy machine's load changes between them: then no more than twice the time of a build.
        Assert.True(byWatch < Soon || byWatch < 2 * byHand, measured);
    }

    [Fact]
    public async Task What_does_not_compile_is_said_once_and_calls_run_what_was_built_before_and_are_told_so()
    {
        string project = await NewAsync("broken");
        string handler = Path.Combine(project, "src/broken/Hello.cs");
        await using InstalledEmulator emulator = await InstalledEmulator.StartAsync(project, "--auth", "NONE", "--watch");

        await ReplaceAsync(handler, "\"Hello\"", "Hello");
        Assert.Contains("This came as a stream.", await CallAsync(emulator), StringComparison.Ordinal);
        await emulator.WaitForLineAsync(@"^\[watch\] The build failed after \d+[.]\d s[.] Until one succeeds, calls run what was built before[.]$");
        await emulator.WaitForLineAsync(@"^\[watch\]   src/broken/Hello[.]cs\(\d+,\d+\): error CS\d+: ");
        // The next line is no second one.
        await emulator.WaitForNextLineAsync(
            @"^\[StreamingFunction\] The sources have changed and do not compile: this runs what was built before[.]$");

        await ReplaceAsync(handler, "[Hello, ", "[\"Mended\", ");
        Assert.StartsWith("Mended\n", await CallAsync(emulator), StringComparison.Ordinal);
    }

    private static async Task<TimeSpan> SaveAndCallAsync(InstalledEmulator emulator, string handler, int round)
    {
        using var client = new HttpClient();
        await ReplaceAsync(handler, round == 1 ? "\"Hello\"" : $"\"Hello {round - 1}\"", $"\"Hello {round}\"");
        long saved = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.GetAsync(
            new Uri(emulator.Url), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(saved);

        string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith($"Hello {round}\n", answer, StringComparison.Ordinal);
        await emulator.WaitForLineAsync(@"^\[watch\] src/watched/Hello[.]cs changed: building[.]$");
        await emulator.WaitForLineAsync(@"^\[watch\] Built in \d+[.]\d s[.]$");
        await emulator.WaitForLineAsync(@"\(managed, built .*\) was rebuilt: starting the new one");
        return elapsed;
    }

    private async Task<string> NewAsync(string name)
    {
        string project = await feed.NewAsync(name);
        CommandResult tools = await PackedFeed.DotnetAsync(project, "tool", "restore");
        Assert.True(tools.ExitCode == 0, tools.Output + tools.Error);
        return project;
    }

    private static async Task<string> CallAsync(InstalledEmulator emulator)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(emulator.Url), TestContext.Current.CancellationToken);
    }

    private static async Task ReplaceAsync(string file, string text, string replacement)
    {
        string before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains(text, before, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            file, before.Replace(text, replacement, StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
