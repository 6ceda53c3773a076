using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Emulator.Page.Api;
using StreamingLambda.Emulator.Page.Exports;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page;

/// <summary>
/// The page and its API, on a port of their own that listens on loopback only: no path of a function's is taken, and no page that a function makes
/// is of the same origin.
/// </summary>
internal sealed class PageServer(
    IReadOnlyList<ServedFunction> functions, IReadOnlyList<ServedApi> apis, Recorder recorder, TimeProvider time) : IAsyncDisposable
{
    private const string PlainText = "text/plain; charset=utf-8";

    private const string Contents =
        "There are GET /api/functions, /api/feed, /api/invocations, /api/invocations/ID (or 'latest'), and below that /feed, /event, /body, /curl "
            + "and /test; POST /api/calls and /api/invocations/ID/replay; DELETE /api/invocations.";

    /// <summary>A request to the API is an event and a little more at most.</summary>
    private const int MaxBody = 8 * 1024 * 1024;

    private readonly Calls _calls = new(functions, apis, recorder, time);
    private HttpServer? _server;

    /// <summary>Where it is, once it listens.</summary>
    public Uri Url { get; private set; } = new("http://localhost/");

    /// <summary>Listens on a port, or where that is taken on any free one.</summary>
    public async Task StartAsync(int port, EmulatorConsole console)
    {
        try
        {
            _server = await ListenAsync(port, console);
        }
        catch (Exception exception) when (port != 0 && exception is IOException or System.Net.Sockets.SocketException)
        {
            _server = await ListenAsync(0, console);
        }
        Url = Banner.Url(IPAddress.Loopback, _server.Ports[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _calls.Dispose();
    }

    private Task<HttpServer> ListenAsync(int port, EmulatorConsole console) => HttpServer.StartAsync(
        IPAddress.Loopback,
        [port],
        HandleAsync,
        console.WriteLine,
        (status, message) => console.WriteLine($"{status} for a request to the emulator's page that is not valid HTTP: {message}"));

    private async Task HandleAsync(HttpContext context)
    {
        PageGuard.AddHeaders(context.Response);
        LambdaError? error = PageGuard.Refuse(context) ?? await ServeAsync(context);
        if (error is not null)
            await error.WriteAsync(context.Response);
    }

    private async Task<LambdaError?> ServeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        bool isGet = HttpMethods.IsGet(context.Request.Method);
        if (isGet && PageFiles.Find(path) is { } asset)
        {
            await WholeAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, asset.ContentType, asset.Content);
            return null;
        }

        return (context.Request.Method, path.Split('/')) switch
        {
            ("GET", ["", "api", "functions"]) => await WriteAsync(
                context,
                new FunctionsJson([.. functions.Select(FunctionJson.Of)], [.. apis.Select(ServedApiJson.Of)]),
                ApiJson.Instance.FunctionsJson),
            ("GET", ["", "api", "feed"]) => await FeedAsync(context),
            ("GET", ["", "api", "invocations"]) => await WriteAsync(
                context, new InvocationListJson(recorder.Kept.Reverse().Select(InvocationJson.Of)), ApiJson.Instance.InvocationListJson),
            ("DELETE", ["", "api", "invocations"]) => Clear(context),
            ("POST", ["", "api", "calls"]) => await CallAsync(context),
            (var method, ["", "api", "invocations", var id, .. var rest]) when rest.Length <= 1 => recorder.Find(id) is { } invocation
                ? await ServeInvocationAsync(context, method, invocation, rest is [var part] ? part : "")
                : NotFound($"There is no invocation {id}, or it has made room for others: the last {recorder.Limits.Invocations} are kept."),
            _ => NotFound($"There is no {context.Request.Method} {path}. {Contents}"),
        };
    }

    private static LambdaError NotFound(string message) => new(StatusCodes.Status404NotFound, "ResourceNotFoundException", message);

    private static LambdaError BadRequest(string message) => new(StatusCodes.Status400BadRequest, "InvalidRequestContentException", message);

    private async Task<LambdaError?> FeedAsync(HttpContext context)
    {
        await new ListFeed(recorder, time).SendAsync(context);
        return null;
    }

    private async Task<LambdaError?> ServeInvocationAsync(HttpContext context, string method, RecordedInvocation invocation, string part)
    {
        ReadOnlyMemory<byte>? kept = invocation.Event;
        ReadOnlyMemory<byte> eventJson = kept ?? default;
        ServedFunction? served = _calls.Find(invocation.Function.Name);
        switch (method, part)
        {
            case ("GET", ""):
                return await WriteAsync(context, InvocationJson.Of(invocation), ApiJson.Instance.InvocationJson);
            case ("GET", "feed"):
                await new InvocationFeed(invocation, recorder, time).SendAsync(context);
                return null;
            case ("GET", "body"):
                return await WriteBodyAsync(context, invocation);
            case (_, "event" or "curl" or "test" or "replay") when kept is null:
                return NotFound("Its event is not kept: there was no room for it.");
            case ("GET", "event"):
                await WholeAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, "application/json", eventJson);
                return null;
            case ("GET", "curl"):
                return await WriteTextAsync(context, CurlExport.Of(served!, eventJson) + "\n");
            case ("GET", "test"):
                return await WriteTextAsync(context, Test(invocation, eventJson));
            case ("POST", "replay"):
                return await WriteAsync(context, _calls.Invoke(served!, eventJson, "replay"), ApiJson.Instance.CalledJson);
            default:
                return NotFound($"There is no {method} {context.Request.Path}. {Contents}");
        }
    }

    private static string Test(RecordedInvocation invocation, ReadOnlyMemory<byte> eventJson)
    {
        InvocationJson now = InvocationJson.Of(invocation);
        byte[] body = invocation.ReadContent(now.PreludeLength, now.KeptBytes);
        string? errorType = invocation.Read().Outcome?.ErrorType is { } type ? Invocations.ErrorTypes.Normalize(type) : null;
        return TestExport.Of(
            invocation.Function.Handler, eventJson, now.PreludeLength > 0 ? now.Status : null, body, now.KeptBytes == now.Bytes, errorType);
    }

    // A file to save: the browser must not take for a page of ours what a function has sent.
    private static async Task<LambdaError?> WriteBodyAsync(HttpContext context, RecordedInvocation invocation)
    {
        InvocationJson now = InvocationJson.Of(invocation);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{invocation.Request.RequestId}\"";
        await WholeAnswer.WriteAsync(
            context.Response, StatusCodes.Status200OK, "application/octet-stream", invocation.ReadContent(now.PreludeLength, now.KeptBytes));
        return null;
    }

    private LambdaError? Clear(HttpContext context)
    {
        recorder.Clear();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    private async Task<LambdaError?> CallAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, MaxBody) is not { } body)
            return BadRequest("A call may have 8 MB.");
        CallJson? call;
        try
        {
            call = JsonSerializer.Deserialize(body.Span, ApiJson.Instance.CallJson);
        }
        catch (JsonException exception)
        {
            return BadRequest($"This is no call: {exception.Message}");
        }
        if (call is null)
            return BadRequest("A call is a JSON object.");
        if (WhyNot(call) is { } reason)
            return BadRequest(reason);
        if (call is { Api: { } name, Event: null })
        {
            return _calls.FindApi(name) is { } api
                ? await RequestAsync(context, CallTarget.Of(api, call), call)
                : NotFound($"There is no API {name}.");
        }
        if (_calls.Find(call.Function) is not { } served)
            return NotFound($"There is no function {call.Function}.");
        if (call.Event is { } given)
            return await WriteCalledAsync(context, _calls.Invoke(served, Encoding.UTF8.GetBytes(given.GetRawText()), "page"));
        return served.Function.Settings.HasUrl
            ? await RequestAsync(context, CallTarget.Of(served, call), call)
            : await WriteCalledAsync(context, new CalledJson(null, "This function has no URL: it is invoked with an event, or through an API."));
    }

    private async Task<LambdaError?> RequestAsync(HttpContext context, CallTarget target, CallJson call) =>
        await WriteCalledAsync(context, await _calls.RequestAsync(target, call, context.RequestAborted));

    private static Task<LambdaError?> WriteCalledAsync(HttpContext context, CalledJson called) =>
        WriteAsync(context, called, ApiJson.Instance.CalledJson);

    private static string? WhyNot(CallJson call) =>
        call.Method is { } method && !HeaderText.IsName(method) ? "The method is not one of HTTP."
        : call.Path is { } path && (!path.StartsWith('/') || !HeaderText.IsPlain(path) || path.AsSpan().ContainsAny(" #"))
            ? "The path begins with a slash and is percent-encoded: no spaces, no #, nothing but ASCII."
        : call.Headers?.Any(header => !IsHeader(header)) == true
            ? "A header is a pair of texts: a name of letters, digits and hyphens, and a value in one line."
        : null;

    private static bool IsHeader(string?[]? pair) => pair is [{ } name, { } value] && HeaderText.IsName(name) && HeaderText.IsValue(value);

    private static async Task<LambdaError?> WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        await WholeAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, "application/json", json);
        return null;
    }

    private static async Task<LambdaError?> WriteTextAsync(HttpContext context, string text)
    {
        await WholeAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, PlainText, Encoding.UTF8.GetBytes(text));
        return null;
    }
}
