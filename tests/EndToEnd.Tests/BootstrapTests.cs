using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>The function's executable against a Runtime API that the test plays.</summary>
public sealed class BootstrapTests
{
    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task Outside_of_Lambda_it_says_how_to_run_it_here(Build build)
    {
        await using var program = RunningProgram.Start(
            Programs.Bootstrap(build), [], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = null });

        Assert.Equal(1, await program.WaitForExitAsync());
        Assert.Contains("AWS_LAMBDA_RUNTIME_API is not set: this program runs inside AWS Lambda", program.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"dotnet run --project src/Emulator -- --bootstrap {Programs.BootstrapFile(build)}", program.Output, StringComparison.Ordinal);
        Assert.Single(program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("127.0.0.1:1/path")]
    public async Task A_Runtime_API_that_is_no_host_and_port_is_named(string address)
    {
        await using var program = Start(Build.Managed, address, "provided");

        Assert.Equal(1, await program.WaitForExitAsync());
        Assert.Contains(address, Assert.Single(program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task An_unknown_handler_is_an_init_error_that_lists_the_known_ones(Build build)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, api.Address, "NoSuchThing");
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("/2018-06-01/runtime/init/error", post.Head.Path);
        Assert.Equal("Runtime.NoSuchHandler", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Matches($@"^streaming-lambda/[\w.-]+-dotnet[\d.]+{(build == Build.Native ? "-aot" : "")}$", post.Head["User-Agent"]);
        Assert.Contains(
            "There is no handler 'NoSuchThing'. Set the function's Handler to one of: ConditionalStreamingHandler, SendNumbersWithPause.",
            post.BodyText,
            StringComparison.Ordinal);
        Assert.Equal(1, await program.WaitForExitAsync());
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task A_stack_trace_names_the_methods(Build build)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, api.Address, "ConditionalStreamingHandler");
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync("request-1", Events.Get("scenario=throw"));
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.EndsWith("/error", post.Head.Path, StringComparison.Ordinal);
        Assert.Contains("at StreamingLambda.Handlers.ConditionalStreamingHandler.", post.BodyText, StringComparison.Ordinal);
        Assert.Contains(
            "StreamingLambda.Handlers.ConditionalStreamingHandler.",
            post.Head["Lambda-Runtime-Function-XRay-Error-Cause"],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task SIGTERM_lets_the_response_end_and_exits_with_0(Build build)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, api.Address, "SendNumbersWithPause");
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();
        await connection.ReadHeadAsync();
        await connection.ReadChunkAsync();

        program.Signal(RunningProgram.Terminate);
        while (await connection.ReadChunkAsync() is not null)
        {
            // what was on its way
        }
        IReadOnlyList<(string Name, string Value)> trailers = await connection.ReadTrailersAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("Function.Stopping", trailers[0].Value);
        Assert.Equal(0, await program.WaitForExitAsync());
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task SIGTERM_while_idle_exits_with_0(Build build)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, api.Address, "SendNumbersWithPause");
        ScriptedConnection connection = await api.AcceptAsync();
        await InvokeAsync(connection, 1);
        await connection.ReadHeadAsync();

        program.Signal(RunningProgram.Terminate);

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Equal("", program.Output);
    }

    [Theory]
    [InlineData(Build.Managed, 10)]
    [InlineData(Build.Native, 40)]
    public async Task SIGTERM_from_the_first_GET_next_on_exits_with_0(Build build, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await using var api = new ScriptedRuntimeApi();
            await using var program = Start(build, api.Address, "SendNumbersWithPause");
            ScriptedConnection connection = await api.AcceptAsync();
            await connection.ReadHeadAsync();

            program.Signal(RunningProgram.Terminate);

            Assert.Equal(0, await program.WaitForExitAsync());
        }
    }

    /// <summary>Natively alone: on a busy machine the compiler at run time takes longer for a first invocation than the process has after
    /// SIGTERM.</summary>
    [Fact]
    public async Task SIGTERM_with_the_first_event_ends_its_invocation_and_exits_with_0()
    {
        for (int i = 0; i < 40; i++)
        {
            await using var api = new ScriptedRuntimeApi();
            await using var program = Start(Build.Native, api.Address, "SendNumbersWithPause");
            ScriptedConnection connection = await api.AcceptAsync();
            await connection.GiveInvocationAsync();

            program.Signal(RunningProgram.Terminate);
            RecordedRequest post = await ReadPostAsync(api, connection);

            Assert.Equal("request-1", post.Head.RequestId);
            Assert.Equal(0, await program.WaitForExitAsync());
        }
    }

    [Theory]
    [InlineData(Build.Managed)]
    [InlineData(Build.Native)]
    public async Task A_frozen_environment_goes_on_where_it_stopped(Build build)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, api.Address, "SendNumbersWithPause");
        ScriptedConnection connection = await api.AcceptAsync();
        await InvokeAsync(connection, 1);

        program.Signal(RunningProgram.Stop);
        Task invocation = InvokeAsync(connection, 1);
        await program.WaitForStateAsync('T');
        Assert.False(invocation.IsCompleted);
        program.Signal(RunningProgram.Continue);

        await invocation;
        Assert.Equal(1, api.ConnectionCount);
    }

    [Theory]
    [InlineData(Build.Native)]
    public async Task A_thousand_invocations_use_one_connection_and_leak_nothing(Build build)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var program = Start(build, api.Address, "SendNumbersWithPause");
        ScriptedConnection connection = await api.AcceptAsync();
        await InvokeAsync(connection, 200);
        (long memory, int descriptors) = (program.Memory, program.Descriptors);

        await InvokeAsync(connection, 1000);

        Assert.Equal(1, api.ConnectionCount);
        // One more if an answer has kept a thread of the pool waiting meanwhile: that starts the poller, which has a descriptor.
        Assert.InRange(program.Descriptors - descriptors, 0, 1);
        Assert.InRange(program.Memory - memory, long.MinValue, Programs.AreEmulated ? long.MaxValue : 4 * 1024 * 1024);
        Assert.Equal("", program.Output);
    }

    [Fact]
    public async Task Two_hundred_megabytes_stream_in_less_than_20_MB_of_memory()
    {
        const int bytes = 200 * 1024 * 1024;
        string function = Programs.WorkloadFunction();
        await using var api = new ScriptedRuntimeApi();
        await using var program = RunningProgram.Start(function, [], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address });
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync(
            "request-1",
            """{"version":"2.0","headers":{},"requestContext":{},"isBase64Encoded":"""
                + $$"""false,"body":"{\"workload\":\"big\",\"bytes\":{{bytes}},\"chunk\":65536}"}""");
        await connection.ReadHeadAsync();
        await connection.ReadChunkAsync(); // The prelude.
        long received = 0;
        while (await connection.ReadChunkAsync() is { } chunk)
        {
            received += chunk.Length;
            connection.Forget();
        }
        await connection.ReadTrailersAsync();
        await connection.AnswerAsync(202);
        await connection.ReadHeadAsync();

        Assert.Equal(bytes, received);
        Assert.InRange(program.PeakMemory, 1, 20 * 1024 * 1024);
    }

    private static RunningProgram Start(Build build, string address, string handler) => RunningProgram.Start(
        Programs.Bootstrap(build), [], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = address, ["_HANDLER"] = handler });

    /// <summary>On the connection of the event or, where the signal has ended that one, on another.</summary>
    private static async Task<RecordedRequest> ReadPostAsync(ScriptedRuntimeApi api, ScriptedConnection connection)
    {
        RecordedRequest post;
        try
        {
            post = await connection.ReadRequestAsync();
        }
        catch (Exception e) when (e is EndOfStreamException or SocketException)
        {
            connection = await api.AcceptAsync();
            post = await connection.ReadRequestAsync();
        }
        await connection.AnswerAsync(202);
        return post;
    }

    private static async Task InvokeAsync(ScriptedConnection connection, int count)
    {
        byte[] expected = Encoding.UTF8.GetBytes("Number: 1\nStreaming complete!\n");
        for (int i = 0; i < count; i++)
        {
            await connection.GiveInvocationAsync($"request-{i}", Events.Get("count=1&pauseMs=0"));
            RecordedRequest post = await connection.ReadRequestAsync();
            Assert.Equal(expected, post.Body[^expected.Length..]);
            await connection.AnswerAsync(202);
            connection.Forget();
        }
    }
}
