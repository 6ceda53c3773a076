using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>How the runtime starts, or says why it cannot.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task An_exception_while_the_handler_is_created_is_an_initialization_error()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, _ => throw new FormatException("bad setting"));
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("POST /2018-06-01/runtime/init/error", $"{post.Head.Method} {post.Head.Path}");
        Assert.Equal("Function.FormatException", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal("application/json", post.Head["Content-Type"]);
        Assert.StartsWith(
            "{\"errorType\":\"FormatException\",\"errorMessage\":\"bad setting\",\"stackTrace\":[\"at ",
            post.BodyText,
            StringComparison.Ordinal);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains(
            "FATAL\t-\tThe function cannot start.\tFormatException: bad setting",
            Assert.Single(runtime.LogLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_is_null_is_an_initialization_error()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, _ => null!);
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("Function.HandlerMissing", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
    }

    [Theory]
    [InlineData("Runtime.NoSuchHandler", "Runtime.NoSuchHandler")]
    [InlineData("Function.bad thing\r\nx: y", "Function.Badthingxy")]
    [InlineData("whatever", "Function.Whatever")]
    public async Task The_error_type_of_an_initialization_exception_is_sent_in_the_form_that_Lambda_keeps(string type, string sent)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, _ => throw new InitializationException(type, "no"));
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal(sent, post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("1001")]
    public async Task A_concurrency_that_is_not_a_number_is_an_initialization_error(string concurrency)
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, (_, _, _) => Task.CompletedTask, new LambdaEnvironment { MaxConcurrency = concurrency });
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("Runtime.InvalidConfiguration", post.Head["Lambda-Runtime-Function-Error-Type"]);
        Assert.Contains(
            $"AWS_LAMBDA_MAX_CONCURRENCY is '{concurrency}'. Set it to a number from 1 to 1000, or not at all.",
            post.BodyText,
            StringComparison.Ordinal);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
    }

    [Fact]
    public async Task Registering_for_shutdown_comes_before_the_first_next()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api, (_, _, _) => Task.CompletedTask, options: new LambdaRuntimeOptions { RegisterForShutdown = true });
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest register = await connection.ReadRequestAsync();
        await connection.AnswerAsync(200, "{}", ("Lambda-Extension-Identifier", "extension-1"));

        Assert.Equal("POST /2020-01-01/extension/register", $"{register.Head.Method} {register.Head.Path}");
        Assert.Equal("streaming-lambda-shutdown", register.Head["Lambda-Extension-Name"]);
        Assert.Equal("{\"events\":[]}", register.BodyText);

        RecordedHead waiting = await connection.ReadHeadAsync();
        Assert.Equal("/2020-01-01/extension/event/next", waiting.Path);
        Assert.Equal("extension-1", waiting["Lambda-Extension-Identifier"]);
        Assert.Equal("/2018-06-01/runtime/invocation/next", (await (await api.AcceptAsync()).ReadHeadAsync()).Path);
        Assert.Equal(0, await runtime.StopAsync());
    }

    [Fact]
    public async Task A_refused_registration_ends_the_process()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api, (_, _, _) => Task.CompletedTask, options: new LambdaRuntimeOptions { RegisterForShutdown = true });
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.AnswerAsync(403, "{\"errorType\":\"Extension.InvalidExtensionState\"}");

        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
        Assert.Contains("POST /2020-01-01/extension/register with status 403", Assert.Single(runtime.LogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registering_for_shutdown_is_refused_on_managed_instances()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            (_, _, _) => Task.CompletedTask,
            new LambdaEnvironment { MaxConcurrency = "4", InitializationType = "lambda-managed-instances" },
            new LambdaRuntimeOptions { RegisterForShutdown = true });
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal("/2018-06-01/runtime/init/error", post.Head.Path);
        Assert.Contains("Leave the option off there", post.BodyText, StringComparison.Ordinal);
        Assert.Equal(1, await runtime.Exited.WaitAsync(Limits.Step));
    }
}
