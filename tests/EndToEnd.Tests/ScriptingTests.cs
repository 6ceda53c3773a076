using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamingLambda.EndToEnd.Tests.ForeignRuntimes;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>What a script or a CI job asks of the emulator.</summary>
public sealed class ScriptingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task With_json_each_line_is_an_object_about_one_thing()
    {
        await using RunningProgram emulator = Start(
            "--json", "--timeout", "5", "--ready-file", PathOf("ready"), "--bootstrap", BuiltPrograms.CarelessFunction);
        await emulator.WaitForOutputAsync("\"type\":\"ready\"");
        using HttpClient client = Client(ReadyUrl());
        await client.GetAsync(new Uri("/2015-03-31/functions/function/invocations", UriKind.Relative));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/midway/hang", UriKind.Relative)));
        await emulator.WaitForOutputAsync("\"type\":\"report\"");
        emulator.Signal(RunningProgram.Terminate);
        Assert.Equal(0, await emulator.WaitForExitAsync());

        string[] lines = emulator.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] entries = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(entries, entry => Assert.True(
            entry.TryGetProperty("time", out _) && entry.TryGetProperty("type", out _) && entry.TryGetProperty("message", out _), $"{entry}"));
        JsonElement url = Only(entries, "listening")[0];
        Assert.Equal("functionUrl", url.GetProperty("door").GetString());
        Assert.True(url.GetProperty("function").GetString()!.Length > 0);
        Assert.Equal("NONE", url.GetProperty("auth").GetString());
        Assert.Equal(BuiltPrograms.CarelessFunction, url.GetProperty("bootstrap").GetString());
        Assert.True(Assert.Single(Only(entries, "process")).GetProperty("pid").GetInt32() > 0);
        JsonElement error = Assert.Single(Only(entries, "error"));
        Assert.Equal("Sandbox.Timedout", error.GetProperty("errorType").GetString());
        Assert.Contains("Task timed out after 5.00 seconds", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("in the middle of its response", error.GetProperty("explanation").GetString(), StringComparison.Ordinal);
        JsonElement report = Assert.Single(Only(entries, "report"));
        Assert.Equal(error.GetProperty("requestId").GetString(), report.GetProperty("requestId").GetString());
        Assert.Equal("timeout", report.GetProperty("status").GetString());
        Assert.Equal("Sandbox.Timedout", report.GetProperty("errorType").GetString());
        Assert.True(report.GetProperty("durationMs").GetDouble() > 0);
        Assert.Equal(4, report.GetProperty("responseBytes").GetInt64());
        Assert.Equal("stopping", entries[^1].GetProperty("type").GetString());
    }

    [Fact]
    public async Task With_json_a_failure_to_start_is_an_object_too()
    {
        CommandResult result = await RunAsync("--json", "--bootstrap", "/nowhere");

        using var entry = JsonDocument.Parse(result.Output);
        Assert.Equal((1, "", "failed", 1), (
            result.ExitCode, result.Error, entry.RootElement.GetProperty("type").GetString(), entry.RootElement.GetProperty("exitCode").GetInt32()));
        Assert.StartsWith("There is no executable at /nowhere.", entry.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    [InlineData(1, "--template", "/nowhere/template.yaml")]
    [InlineData(1, "--env-file", "/nowhere/variables")]
    [InlineData(1, "--ready-file", "/nowhere/ready")]
    [InlineData(1, "--wrap", "/nowhere/gdb")]
    [InlineData(2, "--no-such-option")]
    [InlineData(2, "--port", "x")]
    [InlineData(3, "--bind", "192.0.2.1")]
    public async Task The_exit_code_says_what_kind_of_problem_it_is(int exitCode, params string[] arguments)
    {
        CommandResult result = await RunAsync([.. arguments, "--bootstrap", BuiltPrograms.TestBootstrap]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(exitCode == 0, result.Error.Length == 0);
        Assert.Contains($"| {exitCode} | ", Repository.Read("docs/emulator.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_has_an_exit_code_of_its_own()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        CommandResult result = await RunAsync("--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}", "--bootstrap", BuiltPrograms.TestBootstrap);

        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public async Task A_port_of_the_systems_says_that_it_is_one()
    {
        const int port = 80;
        Assert.SkipWhen(
            int.Parse(await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_unprivileged_port_start"), CultureInfo.InvariantCulture) <= port,
            "Everybody may use every port here.");
        string[] command = [BuiltPrograms.Emulator, "--port", $"{port}", "--bootstrap", BuiltPrograms.TestBootstrap];
        // Root may use every port, unless this capability is taken away. Another user might not reach these files.
        if (Environment.IsPrivilegedProcess)
            command = [ForeignRuntime.PathOf("setpriv"), "--inh-caps=-net_bind_service", "--bounding-set=-net_bind_service", .. command];

        CommandResult result = await Command.RunAsync(command[0], command[1..]);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith(
            "Cannot listen on 127.0.0.1, port 80: Permission denied. Ports below 1024 are for the system", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_is_told_by_itself_and_the_help_has_the_name_of_the_tool()
    {
        CommandResult wrong = await RunAsync("--hander", "h");
        CommandResult help = await RunAsync("--help");

        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.StartsWith(
            "'--hander' was not matched. Did you mean one of the following?\n--handler\n", wrong.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            "\nUnrecognized command or argument '--hander'.\nUnrecognized command or argument 'h'.\n\n--help lists the options.\n",
            wrong.Error, StringComparison.Ordinal);
        Assert.Contains("\n  streaming-lambda-emulator [options]\n", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_standard_output_cannot_be_written_functions_are_called_all_the_same()
    {
        await using RunningProgram emulator = RunningProgram.Start(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \"$@\" > /dev/full", BuiltPrograms.Emulator,
                "--port", "0", "--auth", "NONE", "--ready-file", PathOf("ready"), "--bootstrap", BuiltPrograms.TestBootstrap,
            ]);
        await emulator.WaitForOutputAsync("Standard output cannot be written: No space left on device");

        using HttpClient client = Client(ReadyUrl());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        emulator.Signal(RunningProgram.Terminate);
        Assert.Equal(0, await emulator.WaitForExitAsync());
        Assert.Single(Regex.Matches(emulator.Output, "cannot be written"));
    }

    [Fact]
    public async Task Variables_come_from_options_before_files_and_from_later_files_before_earlier_ones()
    {
        await File.WriteAllTextAsync(PathOf("first"), "ONE=first\nTWO=first\nTHREE=first\n");
        await File.WriteAllTextAsync(PathOf("second"), "# for this machine\nTWO='second'\nTHREE=second\n");
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            [
                "--port", "0", "--auth", "NONE", "--bootstrap", BuiltPrograms.TestBootstrap,
                "--env-file", PathOf("first"), "--env-file", PathOf("second"), "--env", "THREE=option",
            ]);

        using var echo = JsonDocument.Parse((await emulator.GetTextAsync("/")).Body);

        JsonElement environment = echo.RootElement.GetProperty("environment");
        Assert.Equal(
            ["first", "second", "option"], ((string[])["ONE", "TWO", "THREE"]).Select(name => environment.GetProperty(name).GetString()));
    }

    [Fact]
    public async Task The_ready_file_is_there_as_long_as_requests_are_taken()
    {
        await File.WriteAllTextAsync(PathOf("ready"), "left behind");
        Assert.Equal(1, (await RunAsync("--ready-file", PathOf("ready"), "--bootstrap", "/nowhere")).ExitCode);
        Assert.False(File.Exists(PathOf("ready")));

        await using RunningProgram emulator = Start("--ready-file", PathOf("ready"), "--bootstrap", BuiltPrograms.TestBootstrap);
        await emulator.WaitForOutputAsync("listens on");

        using (var ready = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("ready"))))
            Assert.Equal(emulator.Id, ready.RootElement.GetProperty("pid").GetInt32());
        using HttpClient client = Client(ReadyUrl());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        Assert.Equal(["ready"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName));
        emulator.Signal(RunningProgram.Terminate);
        Assert.Equal(0, await emulator.WaitForExitAsync());
        Assert.False(File.Exists(PathOf("ready")));
    }

    [Fact]
    public async Task A_command_wraps_the_function()
    {
        string strace = ForeignRuntime.PathOf("strace");
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            [
                "--port", "0", "--auth", "NONE", "--bootstrap", BuiltPrograms.TestBootstrap,
                "--wrap", $"{strace} -f -e trace=execve -o \"{PathOf("trace")}\"",
            ]);

        Assert.Equal(HttpStatusCode.OK, (await emulator.GetTextAsync("/")).Status);

        Assert.Contains($"execve(\"{BuiltPrograms.TestBootstrap}\"", await File.ReadAllTextAsync(PathOf("trace")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_debug_no_time_runs_out_and_the_process_is_named()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            [
                "--port", "0", "--auth", "NONE", "--bootstrap", BuiltPrograms.Bootstrap, "--handler", "SendNumbersWithPause",
                "--timeout", "0.5", "--debug",
            ]);

        Assert.Equal((HttpStatusCode.OK, "Number: 1\nNumber: 2\nStreaming complete!\n"), await emulator.GetTextAsync("/?count=2&pauseMs=1000"));

        Match process = await emulator.Program.WaitForOutputAsync(@"\[\w+\] Process (\d+) runs (\S+)");
        Assert.Equal(BuiltPrograms.Bootstrap, process.Groups[2].Value);
        Assert.Contains(int.Parse(process.Groups[1].Value, CultureInfo.InvariantCulture), emulator.Program.Children);
    }

    [Fact]
    public async Task With_debug_a_function_takes_its_time_to_stop_unless_it_is_asked_twice()
    {
        ForeignRuntime.PathOf("curl");
        using var runtime = new ForeignRuntime("/bin/sh", """
            trap 'echo stopping slowly' TERM
            api="http://$AWS_LAMBDA_RUNTIME_API"
            curl -sS -o /dev/null -d '{"events":[]}' -H 'Lambda-Extension-Name: slow' "$api/2020-01-01/extension/register"
            id=$(curl -sS -o /dev/null -D - "$api/2018-06-01/runtime/invocation/next" \
              | grep -i '^lambda-runtime-aws-request-id' | tr -d '[:space:]' | cut -d: -f2)
            curl -sS -o /dev/null -d 'hello' "$api/2018-06-01/runtime/invocation/$id/response"
            while true; do sleep 3600 & wait; done
            """);
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            ["--port", "0", "--auth", "NONE", "--bootstrap", runtime.Bootstrap, "--debug"]);
        Assert.Equal("hello", (await emulator.GetTextAsync("/")).Body);
        int[] children = emulator.Program.Children;

        emulator.Program.Signal(RunningProgram.Terminate);
        await emulator.Program.WaitForOutputAsync("stopping slowly");
        Assert.All(children, child => Assert.True(Directory.Exists($"/proc/{child}")));
        emulator.Program.Signal(RunningProgram.Terminate);

        Assert.NotEqual(0, await emulator.Program.WaitForExitAsync());
    }

    private static JsonElement[] Only(IEnumerable<JsonElement> entries, string type) =>
        [.. entries.Where(entry => entry.GetProperty("type").GetString() == type)];

    private static RunningProgram Start(params string[] arguments) =>
        RunningProgram.Start(BuiltPrograms.Emulator, ["--port", "0", "--auth", "NONE", .. arguments]);

    private static Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(BuiltPrograms.Emulator, arguments);

    private static HttpClient Client(Uri url) => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = Limits.Step };

    private Uri ReadyUrl()
    {
        using var ready = JsonDocument.Parse(File.ReadAllText(PathOf("ready")));
        return new Uri(ready.RootElement.GetProperty("doors")[0].GetProperty("url").GetString()!);
    }

    private string PathOf(string name) => Path.Combine(_directory.Path, name);
}
