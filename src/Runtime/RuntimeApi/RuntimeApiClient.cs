using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.Logging;

namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>The Runtime API's verbs: next invocation, response, error, init error.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</remarks>
internal sealed class RuntimeApiClient : IDisposable
{
    private const string Version = "/2018-06-01/runtime";

    private readonly HttpClient _http;
    private readonly LogWriter _log;
    private readonly TimeProvider _time;

    /// <param name="server">Where <c>AWS_LAMBDA_RUNTIME_API</c> points to.</param>
    /// <param name="handler">Carries the requests. A handler other than <see cref="LoopbackHttpHandler"/> has to send
    /// <see cref="StreamedContent.Trailers"/> itself.</param>
    /// <param name="log">Where invocations log.</param>
    /// <param name="time">The clock for deadlines.</param>
    public RuntimeApiClient(Uri server, HttpMessageHandler handler, LogWriter log, TimeProvider time)
    {
        // No timeout: the environment may be frozen for hours while GET next waits.
        _http = new HttpClient(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        _log = log;
        _time = time;
    }

    /// <summary>Waits for the next invocation.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses; the process cannot go on.</exception>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        const string path = Version + "/invocation/next";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using HttpResponseMessage answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw await RefusalAsync(request, answer).ConfigureAwait(false);
        ReadOnlyMemory<byte> body = await ReadBodyAsync(answer.Content).ConfigureAwait(false);
        return ReadInvocation(answer.Headers.NonValidated, body, path);
    }

    /// <summary>Begins to stream the response to an invocation.</summary>
    public async ValueTask<ResponseExchange> StartResponseAsync(Invocation invocation, string contentType)
    {
        var content = new StreamedContent();
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var request = new HttpRequestMessage(HttpMethod.Post, InvocationPath(invocation, "response")) { Content = content };
        request.Headers.TryAddWithoutValidation(RuntimeApiHeaders.ResponseMode, "streaming");
        request.Headers.TryAddWithoutValidation("Trailer", $"{RuntimeApiHeaders.ErrorType}, {RuntimeApiHeaders.ErrorBody}");
        EchoInvocationId(request, invocation);
        return await ResponseExchange.StartAsync(this, request, content).ConfigureAwait(false);
    }

    /// <summary>Reports that an invocation failed before its response began.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public async Task PostErrorAsync(Invocation invocation, ErrorReport report)
    {
        using HttpRequestMessage request = CreateErrorRequest(InvocationPath(invocation, "error"), report);
        EchoInvocationId(request, invocation);
        request.Headers.TryAddWithoutValidation(RuntimeApiHeaders.XRayErrorCause, XRayErrorCause.Format(report, AppContext.BaseDirectory));
        await PostAsync(request).ConfigureAwait(false);
    }

    /// <summary>Reports that the function could not start; the process exits afterwards.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public async Task PostInitErrorAsync(ErrorReport report)
    {
        using HttpRequestMessage request = CreateErrorRequest(Version + "/init/error", report);
        await PostAsync(request).ConfigureAwait(false);
    }

    /// <summary>Sends a request and returns the answer, whatever its status.</summary>
    /// <exception cref="RuntimeApiException">There is no answer: the connection failed.</exception>
    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new RuntimeApiException(request.Method.Method, PathOf(request), e.Message, e);
        }
    }

    /// <summary>The answer as an exception: what was asked, the status, what the API says.</summary>
    internal static async ValueTask<RuntimeApiException> RefusalAsync(HttpRequestMessage request, HttpResponseMessage answer, string? hint = null)
    {
        const int maxLength = 1024;
        ReadOnlyMemory<byte> body = await ReadBodyAsync(answer.Content).ConfigureAwait(false);
        string text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, maxLength)]);
        return new RuntimeApiException(request.Method.Method, PathOf(request), (int)answer.StatusCode, text, hint);
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage answer = await SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw await RefusalAsync(request, answer).ConfigureAwait(false);
    }

    private Invocation ReadInvocation(HttpHeadersNonValidated headers, ReadOnlyMemory<byte> body, string path)
    {
        string? requestId = Read(headers, RuntimeApiHeaders.RequestId);
        if (string.IsNullOrEmpty(requestId))
        {
            throw new RuntimeApiException("GET", path,
                $"the answer has no {RuntimeApiHeaders.RequestId}, so the invocation cannot be answered");
        }

        var scope = new LogScope(requestId, Read(headers, RuntimeApiHeaders.TenantId), Read(headers, RuntimeApiHeaders.TraceId));
        return new Invocation(_time)
        {
            Event = body,
            RequestId = requestId,
            Deadline = ReadDeadline(headers, scope),
            InvokedFunctionArn = Read(headers, RuntimeApiHeaders.InvokedFunctionArn) ?? "",
            TraceId = scope.TraceId,
            TenantId = scope.TenantId,
            ClientContext = Read(headers, RuntimeApiHeaders.ClientContext),
            CognitoIdentity = Read(headers, RuntimeApiHeaders.CognitoIdentity),
            InvocationId = Read(headers, RuntimeApiHeaders.InvocationId),
            Log = new InvocationLog(_log, scope),
        };
    }

    private DateTimeOffset ReadDeadline(HttpHeadersNonValidated headers, LogScope scope)
    {
        string? value = Read(headers, RuntimeApiHeaders.DeadlineMs);
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
        _log.Write(LogLevel.Warn, $"{RuntimeApiHeaders.DeadlineMs} is {(value is null ? "missing" : "not a time in milliseconds")}: the invocation runs without a deadline.", null, scope);
        return DateTimeOffset.MaxValue;
    }

    private static HttpRequestMessage CreateErrorRequest(string path, ErrorReport report)
    {
        var content = new BufferedContent(report.ToJson());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation(RuntimeApiHeaders.ErrorType, report.LambdaErrorType);
        return request;
    }

    private static void EchoInvocationId(HttpRequestMessage request, Invocation invocation)
    {
        if (invocation.InvocationId is { } id)
            request.Headers.TryAddWithoutValidation(RuntimeApiHeaders.InvocationId, id);
    }

    private static string InvocationPath(Invocation invocation, string verb) =>
        $"{Version}/invocation/{Uri.EscapeDataString(invocation.RequestId)}/{verb}";

    private static string PathOf(HttpRequestMessage request) =>
        request.RequestUri is { IsAbsoluteUri: true } uri ? uri.AbsolutePath : request.RequestUri?.OriginalString ?? "";

    private static string? Read(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content) =>
        content is BufferedContent buffered ? buffered.Bytes : await content.ReadAsByteArrayAsync().ConfigureAwait(false);
}
