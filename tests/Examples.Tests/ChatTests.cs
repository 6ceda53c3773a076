using System.Net;
using System.Text;

namespace StreamingLambda.Examples.Tests;

public sealed class ChatTests
{
    [Fact]
    public async Task The_models_words_arrive_as_it_says_them()
    {
        await using ModelServer model = await ModelServer.StartAsync();
        await using RunningEmulator emulator = await StartAsync(model, timeoutSeconds: 30);
        Task<HttpResponseMessage> asking = AskAsync(emulator, "What is streaming?");
        ModelServer.Conversation conversation = await model.NextAsync();
        Assert.Contains("What is streaming?", conversation.Request, StringComparison.Ordinal);

        // Status and headers come with the first word. Each word is read by the caller before the model says the next one.
        await conversation.SayAsync("It ");
        using HttpResponseMessage response = await asking;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("data: It ", await reader.ReadLineAsync());
        Assert.Equal("", await reader.ReadLineAsync());
        await conversation.SayAsync("flows.");
        Assert.Equal("data: flows.", await reader.ReadLineAsync());
        Assert.Equal("", await reader.ReadLineAsync());
        await conversation.EndAsync();
        Assert.Equal("event: done\ndata: \n\n", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task The_deadline_closes_the_models_stream()
    {
        await using ModelServer model = await ModelServer.StartAsync();
        await using RunningEmulator emulator = await StartAsync(model, timeoutSeconds: 5);
        Task<HttpResponseMessage> asking = AskAsync(emulator, "Go on for ever");
        ModelServer.Conversation conversation = await model.NextAsync();
        await conversation.SayAsync("Well, ");
        using HttpResponseMessage response = await asking;

        await conversation.Closed.WaitAsync(Limits.Step);
        await emulator.Program.WaitForOutputAsync("REPORT .*Function\\.DeadlineNear");
    }

    private static async Task<RunningEmulator> StartAsync(ModelServer model, int timeoutSeconds) => await RunningEmulator.StartAsync(
    [
        "--port", "0", "--auth", "NONE", "--bootstrap", await Example.PublishAsync("chat"), "--timeout", $"{timeoutSeconds}",
        "--env", $"MODEL_URL={model.Url}", "--env", "MODEL_KEY=secret", "--env", "MODEL_NAME=test-model",
    ]);

    private static async Task<HttpResponseMessage> AskAsync(RunningEmulator emulator, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/chat", UriKind.Relative))
        {
            Content = new StringContent($$"""{"message":"{{message}}"}""", Encoding.UTF8, "application/json"),
        };
        HttpResponseMessage response = await emulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}
