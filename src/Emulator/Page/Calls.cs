using System.Net.Http.Headers;
using System.Text;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Doors.Auth;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Page.Api;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page;

/// <summary>
/// Calls functions for the page: with an HTTP request that goes through the function URL or an API like everybody's, signed where it has to be, or
/// with an event. Nobody reads the response here; it is recorded on its way.
/// </summary>
internal sealed class Calls(
    IReadOnlyList<ServedFunction> functions, IReadOnlyList<ServedApi> apis, Recorder recorder, TimeProvider time) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Where the Lambda API invokes a function.</summary>
    public static string ApiPath(string function) => $"/2015-03-31/functions/{function}/invocations";

    /// <summary>The function of a name, null: there is none.</summary>
    public ServedFunction? Find(string? name) => functions.FirstOrDefault(served => name is null || served.Function.Settings.Name == name);

    /// <summary>The API of a name, null: there is none.</summary>
    public ServedApi? FindApi(string name) => apis.FirstOrDefault(served => served.Api.Name == name);

    /// <summary>Sends an HTTP request to a function's URL or an API; ends when it has become an invocation, or was refused.</summary>
    public async Task<CalledJson> RequestAsync(CallTarget target, CallJson call, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using HttpRequestMessage request = Compose(target, call, out string traceRoot);
        Task<RecordedInvocation> begun = recorder.ExpectAsync(traceRoot, giveUp.Token);
        Task<HttpResponseMessage> answer = _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
        await Task.WhenAny(begun, answer);
        if (begun.IsCompletedSuccessfully)
        {
            _ = ReadToEndAsync(answer);
            return new CalledJson((await begun).Request.RequestId);
        }

        await giveUp.CancelAsync();
        try
        {
            using HttpResponseMessage refusal = await answer;
            return new CalledJson(null, await refusal.Content.ReadAsStringAsync(CancellationToken.None), (int)refusal.StatusCode);
        }
        catch (HttpRequestException exception)
        {
            return new CalledJson(null, exception.Message);
        }
    }

    /// <summary>Invokes a function with an event.</summary>
    public CalledJson Invoke(ServedFunction served, ReadOnlyMemory<byte> eventJson, string door)
    {
        string requestId = Guid.NewGuid().ToString();
        var request = new InvokeRequest
        {
            RequestId = requestId,
            Event = eventJson,
            TraceId = TraceHeader.New(time.GetUtcNow()).ForFunction,
            Caller = new Caller(door),
        };
        _ = InvokeAsync(served, request);
        return new CalledJson(requestId);
    }

    public void Dispose() => _client.Dispose();

    private static async Task InvokeAsync(ServedFunction served, InvokeRequest request)
    {
        try
        {
            await served.Function.InvokeAsync(new Invocation(request, new NoReceiver(served.Function.Settings.InvokeMode)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or Environments.ThrottledException)
        {
            // The emulator stops, or the function is busy and may not let anybody wait: the record of the invocation has that.
        }
    }

    // As every caller does, at full speed, so that the function is not slowed.
    private static async Task ReadToEndAsync(Task<HttpResponseMessage> answer)
    {
        try
        {
            using HttpResponseMessage response = await answer;
            await response.Content.CopyToAsync(Stream.Null, CancellationToken.None);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Broken off, as the record of the invocation shows.
        }
    }

    private HttpRequestMessage Compose(CallTarget target, CallJson call, out string traceRoot)
    {
        var address = new Uri(target.Origin + target.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        byte[] body = Encoding.UTF8.GetBytes(call.Body ?? "");
        var request = new HttpRequestMessage(new HttpMethod(target.Method), address);
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body);
        foreach (string?[]? header in call.Headers ?? [])
        {
            if (!request.Headers.TryAddWithoutValidation(header![0]!, header[1]))
                request.Content?.Headers.TryAddWithoutValidation(header[0]!, header[1]);
        }
        if (request.Content is { Headers.ContentType: null } content)
            content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        traceRoot = TraceHeader.New(time.GetUtcNow()).Root;
        request.Headers.Remove(TraceHeader.Name);
        request.Headers.Add(TraceHeader.Name, traceRoot);
        if (target.Key is { } key && !request.Headers.Contains(RouteAuth.KeyHeader))
            request.Headers.TryAddWithoutValidation(RouteAuth.KeyHeader, key);
        if (target.Signer is { } signer)
            RequestSigner.Sign(request, RequestTarget.Parse(target.Path), body, signer, time.GetUtcNow(), target.Service);
        return request;
    }
}
