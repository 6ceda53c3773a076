// The Extensions API, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html: what an internal extension needs.
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>Lets a runtime register itself as an internal extension without events: the way to get a SIGTERM before the SIGKILL.</summary>
internal sealed class ExtensionsApi(RuntimeState state, FunctionSettings settings, CancellationToken closed)
{
    /// <summary>Where it begins.</summary>
    public const string BasePath = "/2020-01-01/extension/";

    /// <summary>Handles one request; a refusal still has to be answered.</summary>
    public async Task<Refusal?> HandleAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value![BasePath.Length..])
        {
            case ("POST", "register"):
                if (state.Initialized.IsCompleted)
                {
                    return Refusal.InvalidTransition(
                        "Ready", "Registered", "it registered an extension after init. Rule: extensions register before the first /next.");
                }
                if (settings.MaxConcurrency is not null && await AsksForInvokeEventsAsync(context.Request))
                {
                    return new Refusal(
                        StatusCodes.Status400BadRequest,
                        "Extension.InvalidEventType",
                        "INVOKE events are not supported",
                        "its extension asked for INVOKE events. Rule: with AWS_LAMBDA_MAX_CONCURRENCY extensions get SHUTDOWN at most.");
                }
                state.HasExtension = true;
                context.Response.Headers["Lambda-Extension-Identifier"] = Guid.NewGuid().ToString();
                await WriteRegistrationAsync(context.Response);
                return null;

            case ("GET", "event/next"):
                // Without events there is nothing to wait for but the end.
                using (var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closed))
                    await Task.Delay(Timeout.InfiniteTimeSpan, gone.Token);
                return null;

            case ("POST", "init/error" or "exit/error"):
                await RuntimeApiEndpoints.AcceptAsync(context);
                return null;

            default:
                return new Refusal(
                    StatusCodes.Status404NotFound,
                    "NotFound",
                    "Not found",
                    $"it called {context.Request.Path}, which the Extensions API does not have.");
        }
    }

    private static async Task<bool> AsksForInvokeEventsAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return StrictJson.ReadOrNull(body.ToArray(), EventsIn)?.Contains("INVOKE") == true;
    }

    private static List<string?>? EventsIn(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("events", out JsonElement events) && events.ValueKind == JsonValueKind.Array
            ? [.. events.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString())]
            : null;

    private async Task WriteRegistrationAsync(HttpResponse response)
    {
        response.ContentType = "application/json";
        using var json = new Utf8JsonWriter(response.BodyWriter, JsonStyle.Readable);
        json.WriteStartObject();
        json.WriteString("functionName", settings.Name);
        json.WriteString("functionVersion", "$LATEST");
        json.WriteString("handler", settings.Handler);
        json.WriteEndObject();
        await json.FlushAsync();
    }
}
