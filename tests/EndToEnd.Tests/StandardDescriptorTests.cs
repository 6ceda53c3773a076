namespace StreamingLambda.EndToEnd.Tests;

/// <summary>A process that is started without standard streams gets their numbers for what it opens first. A managed one opens enough of its own
/// before.</summary>
public sealed class StandardDescriptorTests
{
    [Theory]
    [InlineData("<&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">&-")]
    public async Task What_is_printed_never_goes_into_a_connection(string closed)
    {
        string bootstrap = Programs.WorkloadFunction();
        await using var api = new ScriptedRuntimeApi();
        await using var function = RunningProgram.Start(
            "/bin/sh", ["-c", $"exec \"$0\" {closed}", bootstrap], new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = api.Address });
        ScriptedConnection connection = await api.AcceptAsync();

        // Gathered chunks start the thread for sockets, which has a descriptor of its own. An event that the function does not know is a
        // line in the log.
        for (int i = 0; i < 3; i++)
        {
            await connection.GiveInvocationAsync("request-1", """{"body":"{\"workload\":\"small\",\"count\":2000,\"size\":10}"}""");
            RecordedRequest response = await connection.ReadRequestAsync();
            Assert.Equal(2000 * 10, response.Body.Length - response.BodyText.LastIndexOf('\0') - 1);
            await connection.AnswerAsync(202);

            await connection.GiveInvocationAsync("request-2", """{"body":"{}"}""");
            RecordedRequest failure = await connection.ReadRequestAsync();
            Assert.Equal(("request-2", 2), (failure.Head.RequestId, failure.Trailers.Count));
            await connection.AnswerAsync(202);
        }
        Assert.True((await connection.ReadHeadAsync()).IsNext);
    }
}
