// The Runtime API, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, seen from the platform's side.
using System.Globalization;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>Takes the calls of one runtime and gives them to its state; what does not fit is answered and explained on the console.</summary>
internal sealed class RuntimeApiEndpoints(
    RuntimeState state, FunctionSettings settings, FunctionLog log, TimeProvider time, CancellationToken closed)
{
    private const string RuntimePath = "/2018-06-01/";
    private const string InvocationPath = RuntimePath + "runtime/invocation/";

    /// <summary>Kestrel's words for a body whose connection ended.</summary>
    private const string BrokenOff = "Unexpected end of request content";

    private static readonly byte[] Accepted = [.. "{\"status\":\"OK\"}\n"u8];

    private readonly ResponseEndpoint _response = new(state, log, settings.Limits, time);
    private readonly ExtensionsApi _extensions = new(state, settings, closed);

    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        Refusal? refusal = (context.Request.Method, path) switch
        {
            ("GET", InvocationPath + "next") => await NextAsync(context),
            ("POST", RuntimePath + "runtime/init/error") => await InitErrorAsync(context),
            ("GET", RuntimePath + "ping") => await PingAsync(context),
            ("POST", _) when AnswerOf(path, "/response") is { } requestId => await _response.HandleAsync(context, requestId),
            ("POST", _) when AnswerOf(path, "/error") is { } requestId => await ErrorAsync(context, requestId),
            _ when path.StartsWith(ExtensionsApi.BasePath, StringComparison.Ordinal) => await _extensions.HandleAsync(context),
            _ => new Refusal(
                StatusCodes.Status404NotFound,
                "NotFound",
                $"{context.Request.Method} {path} is not part of the Runtime API",
                $"it called {context.Request.Method} {path}. Rule: the Runtime API has GET {InvocationPath}next, "
                    + $"POST {InvocationPath}{{id}}/response, POST {InvocationPath}{{id}}/error and POST {RuntimePath}runtime/init/error."),
        };
        if (refusal is not null)
            await RefuseAsync(context, refusal);
    }

    /// <summary>A request that is no HTTP: Kestrel has answered it. That one breaks off is found, and judged, where its body is read.</summary>
    public void ExplainBadRequest(int status, string reason)
    {
        if (!reason.StartsWith(BrokenOff, StringComparison.Ordinal))
            WriteProtocol(status, errorType: null, $"PROTOCOL: the runtime was refused with {status}: its request is not valid HTTP: {reason}");
    }

    private static string? AnswerOf(string path, string verb) =>
        path.StartsWith(InvocationPath, StringComparison.Ordinal) && path.EndsWith(verb, StringComparison.Ordinal)
            && path.Length > InvocationPath.Length + verb.Length
            ? path[InvocationPath.Length..^verb.Length]
            : null;

    private async Task<Refusal?> NextAsync(HttpContext context)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closed);
        (Invocation? invocation, Refusal? refusal) = await state.NextAsync(gone.Token);
        if (refusal is not null)
            return refusal;

        InvokeRequest request = invocation!.Request;
        IHeaderDictionary headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = request.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] = invocation.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] =
            HeaderText.OneLine(request.Qualifier is { } qualifier ? $"{settings.Arn}:{qualifier}" : settings.Arn);
        headers["Lambda-Runtime-Trace-Id"] = request.TraceId;
        headers["Lambda-Runtime-Invocation-Id"] = invocation.InvocationId;
        if (request.ClientContext is { } clientContext)
            headers["Lambda-Runtime-Client-Context"] = clientContext;
        if (request.TenantId is { } tenantId)
            headers["Lambda-Runtime-Aws-Tenant-Id"] = tenantId;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = request.Event.Length;
        await context.Response.BodyWriter.WriteAsync(request.Event, CancellationToken.None);
        return null;
    }

    private async Task<Refusal?> ErrorAsync(HttpContext context, string requestId)
    {
        InvocationOutcome error = await ReadErrorAsync(context);
        if (state.Find(requestId, InvocationIdOf(context), out Invocation? invocation) is { } refusal)
            return refusal;
        await state.ResponseReadAsync(invocation!);
        if (!invocation!.TryFail(error))
        {
            return invocation.IsOpen
                ? Refusal.InvalidTransition(
                    invocation.StateName,
                    "RuntimeInvocationError",
                    "it called /error after its response had begun. Rule: an error in mid-response goes into the trailers of the response.")
                : invocation.IsAbandoned ? Refusal.TooLate(requestId) : Refusal.InvalidRequestId(requestId);
        }

        state.EndAnswer(invocation);
        await AcceptAsync(context);
        return null;
    }

    private async Task<Refusal?> InitErrorAsync(HttpContext context)
    {
        InvocationOutcome error = await ReadErrorAsync(context);
        if (state.FailInit(error) is { } refusal)
            return refusal;

        await AcceptAsync(context);
        return null;
    }

    private static async Task<Refusal?> PingAsync(HttpContext context)
    {
        await context.Response.WriteAsync("pong");
        return null;
    }

    /// <summary>The nonce that the runtime echoes, empty when it does not.</summary>
    public static string InvocationIdOf(HttpContext context) => context.Request.Headers["Lambda-Runtime-Invocation-Id"].ToString();

    /// <summary>202, the answer to everything that the runtime may say.</summary>
    public static Task AcceptAsync(HttpContext context) =>
        WholeAnswer.WriteAsync(context.Response, StatusCodes.Status202Accepted, "application/json", Accepted);

    private static async Task<InvocationOutcome> ReadErrorAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return ErrorReport.Read(context.Request.Headers[ErrorReport.TypeHeader].ToString(), body.ToArray());
    }

    private async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (refusal is { IsFunctionsDoing: true, Explanation: { } reason })
            log.WriteLine($"NOTE: {reason} The runtime is told so, with {refusal.Status} {refusal.ErrorType}.");
        else if (refusal.Explanation is { } explanation)
            WriteProtocol(
                refusal.Status,
                refusal.ErrorType,
                $"PROTOCOL: the runtime was refused with {refusal.Status} {refusal.ErrorType}: {explanation}");
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;

        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("errorMessage", refusal.ErrorMessage);
            json.WriteString("errorType", refusal.ErrorType);
            json.WriteEndObject();
        }
        await WholeAnswer.WriteAsync(context.Response, refusal.Status, "application/json", body.ToArray());
    }

    private void WriteProtocol(int status, string? errorType, string text) => log.Write(new ConsoleEntry(EntryTypes.Protocol, text)
    {
        Members = json =>
        {
            json.WriteNumber("status", status);
            if (errorType is not null)
                json.WriteString("errorType", errorType);
        },
    });
}
