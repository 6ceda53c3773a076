using System.ClientModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using OpenAI;
using StreamingLambda.AspNetCore;

WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });
builder.UseLambda();
builder.Services.AddRoutingCore();
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default));
builder.Services.AddSingleton(_ => CreateModel());

WebApplication app = builder.Build();
app.UseRouting();
app.MapPost("/chat", (Question question, IChatClient model, CancellationToken cancellationToken) =>
    TypedResults.ServerSentEvents(AnswerAsync(model, question.Message, cancellationToken)));
app.Run();

// Any server that speaks OpenAI's chat protocol: OpenAI, Bedrock's compatible endpoint, Ollama, vLLM.
static IChatClient CreateModel() =>
    new OpenAIClient(new ApiKeyCredential(Setting("MODEL_KEY")), new OpenAIClientOptions { Endpoint = new Uri(Setting("MODEL_URL")) })
        .GetChatClient(Setting("MODEL_NAME"))
        .AsIChatClient();

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set the environment variable {name}.");

// Each part goes on to the browser as the model sends it. The token fires shortly before the function's deadline, and the model's stream is closed.
static async IAsyncEnumerable<SseItem<string>> AnswerAsync(
    IChatClient model, string message, [EnumeratorCancellation] CancellationToken cancellationToken)
{
    await foreach (ChatResponseUpdate update in model.GetStreamingResponseAsync(message, cancellationToken: cancellationToken))
    {
        if (update.Text.Length > 0)
            yield return new SseItem<string>(update.Text);
    }
    yield return new SseItem<string>("", eventType: "done");
}

internal sealed record Question(string Message);

[JsonSerializable(typeof(Question))]
internal sealed partial class ChatJson : JsonSerializerContext;
