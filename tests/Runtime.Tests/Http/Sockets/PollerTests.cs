using System.Globalization;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.Http.Sockets;

/// <summary>The thread that waits for sockets, where waiting has become impossible.</summary>
public sealed class PollerTests
{
    private const string ThreadName = "Poller";

    [Fact]
    public async Task A_poll_that_fails_for_good_ends_the_thread_instead_of_keeping_a_processor_busy()
    {
        Assert.SkipUnless(Tools.IsInPath("prlimit"), "'prlimit' is not in PATH.");
        await using var api = new ScriptedRuntimeApi();
        await using var function = RunningProgram.Start(
            BuiltPrograms.Soak, [], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address });
        ScriptedConnection connection = await api.AcceptAsync();
        // Gathered chunks start the thread. Then a handler keeps the process as it is.
        string writes = string.Join(',', Enumerable.Repeat("10", 1000));
        await connection.GiveInvocationAsync("request-1", $$"""{"Behaviour":"Finish","Writes":[{{writes}}],"Gates":[]}""");
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);
        await connection.GiveInvocationAsync("request-2", """{"Behaviour":"BlockThread","Gates":[]}""");
        await function.WaitForOutputAsync("The handler blocks its thread");
        Assert.Contains(ThreadName, ThreadsOf(function.Id));

        // No descriptor at all is allowed any more, which fails each poll. The signals make the one that waits ask anew.
        CommandResult limited = await Command.RunAsync("prlimit", ["--pid", function.Id.ToString(CultureInfo.InvariantCulture), "--nofile=0:"]);
        Assert.Equal(0, limited.ExitCode);
        function.Signal(RunningProgram.Stop);
        // A process that is told to go on before it has stopped does not stop at all.
        await function.WaitForStateAsync('T');
        function.Signal(RunningProgram.Continue);

        // Again and again: nobody tells what becomes of another process's threads.
        using var limit = new CancellationTokenSource(Limits.Step);
        while (ThreadsOf(function.Id).Contains(ThreadName))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    private static string?[] ThreadsOf(int process) => [.. Directory.GetDirectories($"/proc/{process}/task").Select(NameOf)];

    /// <summary>Null if the thread has ended since it was listed.</summary>
    private static string? NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
