using System.Net;

namespace StreamingLambda.Examples.Tests;

public sealed class ChatProxyTests
{
    [Fact]
    public async Task Each_word_reaches_the_caller_before_the_model_says_the_next()
    {
        await using ModelServer model = await ModelServer.StartAsync();
        await using LocalLambda lambda = await StartAsync(model.Url);
        Task<HttpResponseMessage> asking = lambda.PostAsync("""{"message":"What is \"streaming\"?"}""");
        ModelServer.Conversation conversation = await model.NextAsync();
        Assert.Equal("Bearer secret", conversation.Authorization);
        Assert.Equal(
            """{"model":"test-model","messages":[{"role":"user","content":"What is \u0022streaming\u0022?"}],"stream":true}""", conversation.Request);

        await conversation.SayAsync("It ");
        using HttpResponseMessage response = await asking;
        using EventReader reader = await EventReader.ReadAsync(response);
        Assert.Equal(("message", "It "), await ReadAsync(reader));
        await conversation.SayAsync("flows.");
        Assert.Equal(("message", "flows."), await ReadAsync(reader));
        await conversation.EndAsync();
        Assert.Equal(("done", ""), await ReadAsync(reader));
        Assert.Null(await reader.NextAsync());
        await AssertErrorAsync(lambda, response, null);
    }

    [Fact]
    public async Task A_model_that_refuses_is_a_502_and_why_is_in_the_log_alone()
    {
        await using ModelServer model = await ModelServer.StartAsync();
        await using LocalLambda lambda = await StartAsync(model.Url);
        Task<HttpResponseMessage> asking = lambda.PostAsync("""{"message":"Hello"}""");
        await (await model.NextAsync()).RefuseAsync(HttpStatusCode.Unauthorized, "the key of account 7 has expired");
        using HttpResponseMessage response = await asking;

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("The model does not answer. Try again later.", await response.ReadProblemAsync());
        await lambda.InvocationOf(response).WaitForLogAsync("The model answered 401: the key of account 7 has expired");
        await AssertErrorAsync(lambda, response, null);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_a_502()
    {
        Uri nobody;
        await using (ModelServer model = await ModelServer.StartAsync())
            nobody = model.Url;
        await using LocalLambda lambda = await StartAsync(nobody);
        using HttpResponseMessage response = await lambda.PostAsync("""{"message":"Hello"}""");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("The model does not answer. Try again later.", await response.ReadProblemAsync());
        await lambda.InvocationOf(response).WaitForLogAsync("The model cannot be reached.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_breaks_off_is_an_event_after_the_words_so_far(bool inOrder)
    {
        await using ModelServer model = await ModelServer.StartAsync();
        await using LocalLambda lambda = await StartAsync(model.Url);
        Task<HttpResponseMessage> asking = lambda.PostAsync("""{"message":"Hello"}""");
        ModelServer.Conversation conversation = await model.NextAsync();
        await conversation.SayAsync("Well, ");
        using HttpResponseMessage response = await asking;
        using EventReader reader = await EventReader.ReadAsync(response);
        Assert.Equal(("message", "Well, "), await ReadAsync(reader));
        if (inOrder)
            conversation.EndEarly();
        else
            conversation.Abort();

        const string error = """{"error":{"type":"model-failed","message":"The model broke off. What it has said so far may not be all."}}""";
        Assert.Equal(("error", error), await ReadAsync(reader));
        Assert.Null(await reader.NextAsync());
        await AssertErrorAsync(lambda, response, inOrder ? "Function.HttpRequestException" : "Function.IOException");
    }

    [Fact]
    public async Task The_deadline_closes_the_models_stream_and_the_reader_is_told()
    {
        await using ModelServer model = await ModelServer.StartAsync();
        await using LocalLambda lambda = await StartAsync(model.Url, TimeSpan.FromSeconds(5));
        Task<HttpResponseMessage> asking = lambda.PostAsync("""{"message":"Go on for ever"}""");
        ModelServer.Conversation conversation = await model.NextAsync();
        await conversation.SayAsync("Well, ");
        using HttpResponseMessage response = await asking;
        using EventReader reader = await EventReader.ReadAsync(response);
        Assert.Equal(("message", "Well, "), await ReadAsync(reader));

        await conversation.Closed.WaitAsync(Limits.Step);
        Assert.Equal("error", (await reader.NextAsync())?.Type);
        await AssertErrorAsync(lambda, response, "Function.DeadlineNear");
    }

    [Fact]
    public async Task A_question_without_a_message_never_reaches_the_model()
    {
        await using ModelServer model = await ModelServer.StartAsync();
        await using LocalLambda lambda = await StartAsync(model.Url);
        using HttpResponseMessage response = await lambda.PostAsync("{}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("message", await response.ReadProblemAsync(), StringComparison.Ordinal);
    }

    private static Task<LocalLambda> StartAsync(Uri model, TimeSpan? timeout = null) => Example.StartAsync("chat-proxy", new LocalLambdaOptions
    {
        Timeout = timeout,
        Environment = new Dictionary<string, string>
        {
            ["MODEL_URL"] = model.AbsoluteUri,
            ["MODEL_KEY"] = "secret",
            ["MODEL_NAME"] = "test-model",
            ["NO_PROXY"] = "127.0.0.1",
        },
    });

    private static async Task<(string Type, string Data)> ReadAsync(EventReader reader)
    {
        ReceivedEvent? received = await reader.NextAsync();
        Assert.NotNull(received);
        return (received.Type, received.Data);
    }

    private static async Task AssertErrorAsync(LocalLambda lambda, HttpResponseMessage response, string? type)
    {
        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitAsync();
        Assert.Equal(type, invocation.Error?.Type);
    }
}
