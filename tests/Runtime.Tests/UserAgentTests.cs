using StreamingLambda.Runtime.Http;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>Every request says which runtime it is from.</summary>
public sealed class UserAgentTests
{
    [Fact]
    public async Task Each_request_has_it()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(
            api,
            async (invocation, response, _) =>
            {
                if (invocation.RequestId == "request-1")
                    await response.WriteAndFinishAsync("a");
            },
            options: new LambdaRuntimeOptions { RegisterForShutdown = true });
        var heads = new List<RecordedHead>();
        ScriptedConnection connection = await api.AcceptAsync();
        heads.Add((await connection.ReadRequestAsync()).Head);
        await connection.AnswerAsync(200, "{}", ("Lambda-Extension-Identifier", "extension-1"));
        heads.Add(await connection.ReadHeadAsync());
        ScriptedConnection invocations = await api.AcceptAsync();
        foreach (string requestId in (string[])["request-1", "request-2"])
        {
            heads.Add(await invocations.ReadHeadAsync());
            await invocations.AnswerAsync(
                200, "{}", ("Lambda-Runtime-Aws-Request-Id", requestId), ("Lambda-Runtime-Deadline-Ms", "99999999999999"));
            heads.Add((await invocations.ReadRequestAsync()).Head);
            await invocations.AnswerAsync(202);
        }
        heads.Add(await invocations.ReadHeadAsync());

        Assert.Equal(
            ["/register", "/event/next", "/next", "/response", "/next", "/error", "/next"], heads.Select(head => End(head.Path)));
        Assert.All(heads, head => Assert.Equal(UserAgent.Token, head["User-Agent"]));

        static string End(string path) => path.EndsWith("event/next", StringComparison.Ordinal) ? "/event/next" : path[path.LastIndexOf('/')..];
    }

    [Fact]
    public async Task An_initialization_error_has_it()
    {
        await using var api = new ScriptedRuntimeApi();
        await using var runtime = new RunningRuntime(api, _ => throw new FormatException());
        ScriptedConnection connection = await api.AcceptAsync();
        RecordedRequest post = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.Equal(UserAgent.Token, post.Head["User-Agent"]);
    }

    [Fact]
    public void It_is_one_token_with_the_version_of_the_package_and_of_NET()
    {
        string version = typeof(LambdaRuntime).Assembly.GetName().Version!.ToString(3);

        Assert.Matches($@"^streaming-lambda/{version}(-[\w.-]+)?-dotnet{Environment.Version}$", UserAgent.Token);
        Assert.InRange(UserAgent.Token.Length, 1, 128);
    }
}
