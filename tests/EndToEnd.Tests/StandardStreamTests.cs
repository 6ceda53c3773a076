namespace StreamingLambda.EndToEnd.Tests;

/// <summary>The function's executable with standard streams that nobody reads, or that are not there.</summary>
public sealed class StandardStreamTests
{
    /// <summary>A FIFO without a reader: the descriptor that opened it for both directions is closed again.</summary>
    private const string BrokenPipe = """mkfifo "$1/pipe"; exec 3<>"$1/pipe" 4>"$1/pipe" 3<&-; exec "$0" 2>&4 4>&-""";

    /// <summary>A FIFO that is full. The shell's own descriptor, which the program inherits, keeps it open, and nobody reads from it.</summary>
    private const string FullPipe = """mkfifo "$1/pipe"; exec 3<>"$1/pipe"; head -c 65536 /dev/zero >&3; exec "$0" >"$1/pipe" """;

    public static TheoryData<Build, string> UnusableErrors => new()
    {
        { Build.Managed, """exec "$0" 2>&-""" },
        { Build.Native, """exec "$0" 2>&-""" },
        { Build.Managed, """exec "$0" 2>/dev/full""" },
        { Build.Native, """exec "$0" 2>/dev/full""" },
        { Build.Managed, BrokenPipe },
        { Build.Native, BrokenPipe },
    };

    [Theory]
    [MemberData(nameof(UnusableErrors))]
    public async Task A_refusal_to_start_that_nobody_can_read_is_still_exit_code_1(Build build, string script)
    {
        using var directory = new TemporaryDirectory();
        await using var program = Start(build, script, directory, runtimeApi: null);

        Assert.Equal(1, await program.WaitForExitAsync());
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task Lambda_is_told_of_a_failed_invocation_although_nobody_takes_the_log(Build build)
    {
        using var directory = new TemporaryDirectory();
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, FullPipe, directory, api.Address, "ConditionalStreamingHandler");
        ScriptedConnection connection = await api.AcceptAsync();
        for (int i = 0; i < 2; i++)
        {
            await connection.GiveInvocationAsync("request-1", Events.Get("scenario=throw"));
            RecordedRequest post = await connection.ReadRequestAsync();
            await connection.AnswerAsync(202);

            Assert.EndsWith("/error", post.Head.Path, StringComparison.Ordinal);
        }
        await connection.ReadHeadAsync();
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task Lambda_is_told_of_an_initialization_error_although_nobody_takes_the_log(Build build)
    {
        using var directory = new TemporaryDirectory();
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, FullPipe, directory, api.Address, "NoSuchThing");
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("/2018-06-01/runtime/init/error", post.Head.Path);
        Assert.Equal(1, await program.WaitForExitAsync());
    }

    private static RunningProgram Start(Build build, string script, TemporaryDirectory directory, string? runtimeApi, string handler = "provided") =>
        RunningProgram.Start("/bin/sh", ["-c", script, Programs.Bootstrap(build), directory.Path],
            new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = runtimeApi, ["_HANDLER"] = handler });
}
