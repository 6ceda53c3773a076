using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.Http.Sockets;

/// <summary>A process that is started without standard streams gets their numbers for what it opens first.</summary>
public sealed class StandardDescriptorTests
{
    [Theory]
    [InlineData("<&-")]
    [InlineData("<&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">&- 2>&-")]
    public async Task What_is_printed_never_goes_into_a_connection(string closed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the sockets are .NET's.");
        await using var api = new ScriptedRuntimeApi();
        await using var function = RunningProgram.Start(
            "/bin/sh", ["-c", $"exec \"$0\" {closed}", BuiltPrograms.Soak], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address });
        ScriptedConnection connection = await api.AcceptAsync();

        // Gathered chunks start the poller, which has a descriptor of its own. Each of these invocations writes a line to the log, too.
        for (int i = 0; i < 3; i++)
        {
            string writes = string.Join(',', Enumerable.Repeat("10", 200));
            await connection.GiveInvocationAsync($"request-{i}", $$"""{"Behaviour":"ThrowInBody","Writes":[{{writes}}],"Gates":[]}""");
            RecordedRequest post = await connection.ReadRequestAsync();
            Assert.Equal(2000, post.Body.Length);
            Assert.Equal(2, post.Trailers.Count);
            await connection.AnswerAsync(202);
        }
        await connection.ReadHeadAsync();

        function.Signal(RunningProgram.Terminate);

        Assert.Equal(0, await function.WaitForExitAsync());
        Assert.True(await connection.ReadEndAsync());
    }
}
