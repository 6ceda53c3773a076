using System.Diagnostics;
using System.Globalization;
using System.Net;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>How processes begin and end: nothing they say is lost, and nothing they started outlives them.</summary>
public sealed class ProcessTests
{
    private const string Children = """
        sleep 1000 &
        echo "child $!."
        setsid sleep 1000 &
        echo "child $!."

        """;

    [Fact]
    public async Task A_process_that_dies_at_once_is_an_exit_error_with_all_that_it_said()
    {
        using var bootstrap = new ScriptBootstrap("echo 'the last words' >&2; printf 'without a line break'; exit 7");
        await using TestEmulator emulator = await TestEmulator.StartAsync(bootstrap.Settings);
        for (int start = 1; start <= 20; start++)
        {
            using HttpResponseMessage response = await emulator.SendAsync("{}");
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            await emulator.Console.LinesAsync(start, "Runtime exited with error: exit status 7");
            foreach (string words in (string[])["the last words", "without a line break", "ERROR Runtime.ExitError"])
                Assert.Equal(start, emulator.Console.Lines.Count(line => line.Contains(words, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_process_that_died_while_it_was_idle_costs_its_next_caller_nothing()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        for (int death = 1; death <= 5; death++)
        {
            using HttpResponseMessage before = await emulator.RunAsync(["head"], ["chunk", "1"], ["end"]);
            await before.Content.ReadAsStringAsync();
            string line = (await emulator.Console.LinesAsync(death, "[test] pid "))[^1];
            await EndAsync(Id(line, "[test] pid "));
            using HttpResponseMessage after = await emulator.RunAsync(["head"], ["chunk", "2"], ["end"]);

            Assert.Equal((HttpStatusCode.OK, "2"), (after.StatusCode, await after.Content.ReadAsStringAsync()));
        }
    }

    [Fact]
    public async Task What_a_process_started_ends_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Tools.IsInPath("setsid"), "Linux, with setsid.");
        using var bootstrap = new ScriptBootstrap(Children + "exit 3");
        await using TestEmulator emulator = await TestEmulator.StartAsync(bootstrap.Settings);
        using HttpResponseMessage response = await emulator.SendAsync("{}");

        IReadOnlyList<string> children = await emulator.Console.LinesAsync(2, "[test] child ");
        foreach (string child in children)
            await WaitForEndAsync(Id(child, "[test] child "));
    }

    [Fact]
    public async Task What_a_process_started_ends_with_an_emulator_that_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Tools.IsInPath("setsid"), "Linux, with setsid.");
        using var bootstrap = new ScriptBootstrap("echo \"child $$.\"\n" + Children + "exec sleep 1000");
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(bootstrap.Path, "x");
        Task<HttpResponseMessage> call = emulator.GetAsync("/");
        await emulator.Program.WaitForOutputAsync(@"(child \d+\.[^$]*){3}");
        IEnumerable<string> lines = emulator.Program.Output.Split('\n').Where(line => line.Contains("] child ", StringComparison.Ordinal));
        int[] processes = [.. lines.Select(line => Id(line, "] child "))];
        Assert.Equal(3, processes.Length);
        emulator.Program.Signal(9);

        foreach (int process in processes)
            await WaitForEndAsync(process);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public async Task A_process_is_in_a_session_of_its_own_where_Ctrl_C_does_not_reach_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Read from /proc.");
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "1"], ["end"]);
        string id = (await emulator.Console.LineAsync("[test] pid "))["[test] pid ".Length..];
        // After the name in parentheses: state, parent, group, session.
        string[] stat = (await File.ReadAllTextAsync($"/proc/{id}/stat")).Split(") ")[^1].Split(' ');

        Assert.Equal((id, id), (stat[2], stat[3]));
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), stat[1]);
    }

    [Fact]
    public async Task A_signal_that_the_emulator_ignores_is_not_ignored_by_the_function()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Read from /proc.");
        using var bootstrap = new ScriptBootstrap("grep -E 'SigIgn|SigBlk' /proc/self/status; exit 3");
        await using TestEmulator emulator = await TestEmulator.StartAsync(bootstrap.Settings);
        using HttpResponseMessage response = await emulator.SendAsync("{}");

        // One bit for each signal. Numbers 32 and 33 are the C library's own.
        foreach (string name in (string[])["SigIgn:", "SigBlk:"])
        {
            string mask = (await emulator.Console.LineAsync(name)).Split('\t')[^1];
            Assert.Equal(0UL, ulong.Parse(mask, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & 0x7fff_ffff);
        }
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_into_pieces()
    {
        var lines = new List<string>();
        byte[] endless = new byte[(3 * ProcessOutput.MaxLineLength) + 5];
        Array.Fill(endless, (byte)'x');
        using var output = new MemoryStream([.. endless, .. "\nshort\r\n\nlast"u8]);
        await ProcessOutput.CopyLinesAsync(output, lines.Add);

        const int Most = ProcessOutput.MaxLineLength;
        Assert.Equal([Most, Most, Most, 5, 5, 0, 4], lines.Select(line => line.Length));
        Assert.Equal(["short", "", "last"], lines[^3..]);
    }

    [Fact]
    public async Task Output_is_read_to_its_end_whoever_fails_with_a_line_of_it()
    {
        var lines = new List<string>();
        using var output = new MemoryStream([.. "one\ntwo\nthree"u8]);
        await ProcessOutput.CopyLinesAsync(output, line =>
        {
            lines.Add(line);
            throw new FormatException(line);
        });

        Assert.Equal(["one", "two", "three"], lines);
    }

    private static int Id(string line, string before) =>
        int.Parse(line[(line.IndexOf(before, StringComparison.Ordinal) + before.Length)..].TrimEnd('.'), CultureInfo.InvariantCulture);

    private static async Task EndAsync(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
        await WaitForEndAsync(id);
    }

    // Until the kernel says that it is gone, or waits only to be reaped.
    private static async Task WaitForEndAsync(int id)
    {
        using var limit = new CancellationTokenSource(TestEmulator.Patience);
        while (IsRunning(id))
        {
            Assert.False(limit.IsCancellationRequested, $"Process {id} still runs.");
            await Task.Yield();
        }
    }

    private static bool IsRunning(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
