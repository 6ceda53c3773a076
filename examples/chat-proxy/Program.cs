using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

return await LambdaRuntime.RunAsync(() => new JsonStreamingHandler<Question>(ProxyJson.Default.Question, new ChatProxy()));

/// <summary>Asks a model, with the key that callers do not have, and passes its words on as they come.</summary>
internal sealed class ChatProxy : IJsonStreamingHandler<Question>
{
    // Once for the process: it keeps its connections. A model may think for long before it begins: the invocation's token limits that.
    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private static readonly ServerSentEventsOptions Options = new()
    {
        DescribeError = e => e is HttpRequestException or IOException or JsonException
            ? new StreamError("model-failed", "The model broke off. What it has said so far may not be all.")
            : null,
    };

    // Any server that speaks OpenAI's chat protocol: OpenAI, Bedrock's compatible endpoint, Ollama, vLLM.
    private readonly Uri _url = new($"{Setting("MODEL_URL").TrimEnd('/')}/chat/completions");
    private readonly string _key = Setting("MODEL_KEY");
    private readonly string _model = Setting("MODEL_NAME");

    public async Task HandleAsync(Question input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        request.Content = JsonContent.Create(new ModelRequest(_model, [new("user", input.Message)]), ProxyJson.Default.ModelRequest);
        using HttpResponseMessage? answer = await AskAsync(request, invocation, cancellationToken);
        if (answer is null)
        {
            // Nothing is sent yet, so the status can still say it.
            await response.SendProblemAsync("The model does not answer. Try again later.", new(502), cancellationToken);
            return;
        }
        // Leaving this method closes the model's stream, whatever the reason: the end, a failure, the deadline.
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await response.SendServerSentEventsAsync(ReadWordsAsync(stream, cancellationToken), new(200), Options, cancellationToken);
    }

    // Null where the model cannot be reached or refuses. Why is for the log, and not for the caller.
    private static async Task<HttpResponseMessage?> AskAsync(HttpRequestMessage request, Invocation invocation, CancellationToken cancellationToken)
    {
        try
        {
            // ResponseHeadersRead: else this would wait for the whole text.
            HttpResponseMessage answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            invocation.Log.Error($"The model answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            answer.Dispose();
        }
        catch (HttpRequestException e)
        {
            invocation.Log.Error("The model cannot be reached.", e);
        }
        return null;
    }

    private static async IAsyncEnumerable<SseItem<string>> ReadWordsAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.Data == "[DONE]")
            {
                // By this the reader knows that the text is whole: a connection that was closed in order would look the same.
                yield return new SseItem<string>("", "done");
                yield break;
            }
            ModelPart? part = JsonSerializer.Deserialize(item.Data, ProxyJson.Default.ModelPart);
            if (part?.Choices is [{ Delta.Content.Length: > 0 } choice, ..])
                yield return new SseItem<string>(choice.Delta.Content);
        }
        // Closed in order, and still not whole.
        throw new HttpRequestException("The model's stream ended without [DONE].");
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InitializationException("Function.MissingSetting", $"Set the environment variable {name}.");
}

internal sealed record Question([property: JsonRequired] string Message);

internal sealed record ModelRequest(string Model, ModelMessage[] Messages, bool Stream = true);

internal sealed record ModelMessage(string Role, string Content);

internal sealed record ModelPart(ModelChoice[]? Choices);

internal sealed record ModelChoice(ModelDelta? Delta);

internal sealed record ModelDelta(string? Content);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(ModelRequest))]
[JsonSerializable(typeof(ModelPart))]
internal sealed partial class ProxyJson : JsonSerializerContext;
