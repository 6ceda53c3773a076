using System.Globalization;
using System.Text;

using StreamingLambda.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Writing a handler": what a function in a process of its own logs, when the Runtime API behaves as a test says.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task A_caller_that_does_not_read() => Page.Shows(
        ErrorOf(await LogOfAsync("/flood", "ERROR", async connection => await connection.ReadHeadAsync())));

    [Fact]
    public async Task A_response_that_Lambda_does_not_confirm() => Page.Shows(
        ErrorOf(await LogOfAsync("/", "ERROR", async connection => await connection.ReadRequestAsync())));

    [Fact]
    public async Task A_failure_that_Lambda_is_not_told() => Page.Shows(await LogOfAsync("/fail", "could not be told", async connection =>
    {
        await connection.ReadRequestAsync();
        connection.Close();
    }));

    [Fact]
    public async Task A_response_after_the_deadline() => Page.Shows(await LogOfAsync("/", "WARN", async connection =>
    {
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(410, """{"errorMessage":"Invoke timeout","errorType":"InvokeTimeout"}""");
    }));

    [Fact]
    public async Task A_callback_on_the_token_that_fails() => Page.Shows(
        await LogOfAsync("/callback", "callback", async connection => await connection.ReadRequestAsync()));

    [Fact]
    public async Task An_invocation_that_Lambda_would_not_send()
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = Start(api);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync("..");
        string unnamed = await LineAsync(function, "is left out");
        await connection.ReadRequestAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: request-1\r\nContent-Length: 2\r\n\r\n{}");

        Page.Shows([unnamed, await LineAsync(function, "without a deadline")]);
    }

    [Fact]
    public async Task A_function_that_cannot_start() => Page.Shows(await LogOfStartAsync("setting"));

    [Fact]
    public async Task A_null_where_a_task_or_a_handler_belongs()
    {
        TestResponse response = await new TestHost((_, _, _) => null!).InvokeAsync("{}"u8.ToArray());

        Page.Shows([$"{response.Error!.Type}: {response.Error.Message}", ErrorOf(await LogOfStartAsync("no-handler"))]);
    }

    [Fact]
    public async Task A_variable_of_Lambda_that_is_set_by_hand()
    {
        CommandResult address = await Command.RunAsync(
            BuiltPrograms.CarelessFunction, [], environment: new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = "http://localhost" });

        Page.Shows([address.Error, ErrorOf(await LogOfStartAsync("", ("AWS_LAMBDA_MAX_CONCURRENCY", "many")))]);
    }

    [Fact]
    public async Task RegisterForShutdown_on_Managed_Instances() => Page.Shows(
        ErrorOf(await LogOfStartAsync("register", ("AWS_LAMBDA_INITIALIZATION_TYPE", "lambda-managed-instances"))));

    [Fact]
    public async Task A_process_that_ends()
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = Start(api);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.ReadRequestAsync();
        connection.Close();

        Page.Shows(await LineAsync(function, "FATAL"));
        Assert.Equal(1, await function.WaitForExitAsync());
    }

    [Fact]
    public async Task A_handler_that_cannot_be_disposed_of() =>
        Page.Shows([await LogOfStopAsync("dispose"), await LogOfStopAsync("dispose-for-ever")]);

    [Fact]
    public async Task Log_lines_that_are_missing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Makes its pipe with a shell.");
        using var directory = new TemporaryDirectory();
        await using var api = new ScriptedRuntimeApi();
        // A FIFO that is full. The shell's own descriptor, which the function inherits, keeps it open.
        const string script = """mkfifo "$1/pipe"; exec 3<>"$1/pipe"; head -c 65536 /dev/zero >&3; exec "$0" >"$1/pipe" """;
        await using var function = RunningProgram.Start("/bin/sh", ["-c", script, BuiltPrograms.Bootstrap, directory.Path],
            new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address, ["_HANDLER"] = "ConditionalStreamingHandler" });
        ScriptedConnection connection = await api.AcceptAsync();
        await FailAsync(connection, times: 2);
        using var log = new StreamReader(File.OpenRead(Path.Combine(directory.Path, "pipe")));
        Assert.Equal(65_536, await log.ReadBlockAsync(new char[65_536]));
        await FailAsync(connection, times: 1);

        Page.Shows((await log.ReadLineAsync())!);

        static async Task FailAsync(ScriptedConnection connection, int times)
        {
            for (int i = 0; i < times; i++)
            {
                await connection.GiveInvocationAsync("request-1", "{}", ("Lambda-Runtime-Deadline-Ms", "none"));
                await connection.ReadRequestAsync();
                await connection.AnswerAsync(202);
            }
        }
    }

    /// <summary>What it logs of an invocation that has a second, when the Runtime API does no more than this.</summary>
    private static async Task<string> LogOfAsync(string path, string mark, Func<ScriptedConnection, Task> act)
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = Start(api);
        ScriptedConnection connection = await api.AcceptAsync();
        string deadline = (TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await connection.GiveInvocationAsync(
            "request-1", Encoding.UTF8.GetString(FunctionUrlEvent.Get(path).Span), ("Lambda-Runtime-Deadline-Ms", deadline));
        await act(connection);
        return await LineAsync(function, mark);
    }

    /// <summary>What it logs when it cannot start.</summary>
    private static async Task<string> LogOfStartAsync(string mistake, params (string Name, string Value)[] variables)
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = Start(api, [("MISTAKE", mistake), .. variables]);
        ScriptedConnection connection = await api.AcceptAsync();
        Assert.Equal("/2018-06-01/runtime/init/error", (await connection.ReadRequestAsync()).Head.Path);
        await connection.AnswerAsync(202);
        return WithoutStackTrace(await LineAsync(function, "FATAL"));
    }

    /// <summary>What it logs when it is told to stop while it waits for an invocation.</summary>
    private static async Task<string> LogOfStopAsync(string mistake)
    {
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram function = Start(api, ("MISTAKE", mistake));
        await (await api.AcceptAsync()).ReadRequestAsync();
        function.Signal(RunningProgram.Terminate);
        return WithoutStackTrace(await LineAsync(function, "ispose"));
    }

    private static RunningProgram Start(ScriptedRuntimeApi api, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value);
        environment["AWS_LAMBDA_RUNTIME_API"] = api.Address;
        return RunningProgram.Start(BuiltPrograms.CarelessFunction, [], environment);
    }

    private static async Task<string> LineAsync(RunningProgram function, string mark) =>
        (await function.WaitForOutputAsync($"^.*{mark}.*$")).Value;

    private static string WithoutStackTrace(string line) => string.Join('\t', line.Split('\t').Take(5));

    /// <summary>Type and message, and what follows: without time, level, request id and the line's own message.</summary>
    private static string ErrorOf(string line) => string.Join('\t', line.Split('\t')[4..]);
}
