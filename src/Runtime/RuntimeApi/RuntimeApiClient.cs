using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.Logging;

namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>The Runtime API's verbs: next invocation, response, error, init error.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</remarks>
internal sealed class RuntimeApiClient : IDisposable
{
    private const string Version = "/2018-06-01/runtime";

    /// <summary>What a path may hold, as servers take 8,000 bytes at least: https://www.rfc-editor.org/rfc/rfc9112#section-3</summary>
    private const int MaxEscapedRequestId = 7_500;

    private readonly HttpClient _http;

    private readonly string _origin;
    private readonly Uri _next;
    private readonly LogWriter _log;
    private readonly TimeProvider _time;

    /// <param name="server">Where <c>AWS_LAMBDA_RUNTIME_API</c> points to.</param>
    /// <param name="handler">Carries the requests. A handler other than <see cref="LoopbackHttpHandler"/> has to send
    /// <see cref="BodyEnd.Trailers"/> itself, and to answer with <see cref="BufferedContent"/>.</param>
    /// <param name="log">Where invocations log.</param>
    /// <param name="time">The clock for deadlines.</param>
    public RuntimeApiClient(Uri server, HttpMessageHandler handler, LogWriter log, TimeProvider time)
    {
        // No timeout: the environment may be frozen for hours while GET next waits.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _origin = server.GetLeftPart(UriPartial.Authority);
        _next = new Uri(_origin + Version + "/invocation/next");
        _log = log;
        _time = time;
    }

    /// <summary>Whether a handler's thread may wait for an answer, for a moment, which is quicker than changing threads and costs less. Set where one
    /// invocation runs at a time and nobody else needs the thread.</summary>
    public bool WaitsInPlace { get; set; }

    /// <summary>Waits for the next invocation in the calling thread, which is a loop's own.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses; the process cannot go on.</exception>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var request = new LoopbackRequest(HttpMethod.Get, _next, Waiting.InPlace);
            using HttpResponseMessage answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw Refusal(request, answer);
            Invocation invocation = ReadInvocation(answer.Headers.NonValidated, BodyOf(answer));
            if (CanBeAnswered(invocation))
                return invocation;
        }
    }

    /// <summary>Begins to stream the response to an invocation.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public ValueTask<ResponseExchange> StartResponseAsync(Invocation invocation, string contentType, CancellationToken ending)
    {
        var content = new StreamedContent();
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        HttpRequestMessage request = CreatePost(InvocationPath(invocation, "response"), content);
        request.Headers.TryAddWithoutValidation(RuntimeApiHeaders.ResponseMode, "streaming");
        request.Headers.TryAddWithoutValidation("Trailer", $"{ErrorHeaders.Type}, {ErrorHeaders.Body}");
        EchoInvocationId(request, invocation);
        return ResponseExchange.StartAsync(this, request, content, new InvocationLimit(invocation, _time, ending));
    }

    /// <summary>Reports that an invocation failed before its response began.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public async Task PostErrorAsync(Invocation invocation, ErrorReport report, CancellationToken ending)
    {
        HttpRequestMessage request = CreateErrorRequest(InvocationPath(invocation, "error"), report);
        EchoInvocationId(request, invocation);
        request.Headers.TryAddWithoutValidation(ErrorHeaders.XRayCause, XRayErrorCause.Format(report, AppContext.BaseDirectory));
        using var giveUp = new CancellationTokenSource();
        using IDisposable limit = new InvocationLimit(invocation, _time, ending).OfEnd(giveUp);
        await PostAsync(request, giveUp.Token).ConfigureAwait(false);
    }

    /// <summary>Reports that the function could not start; the process exits afterwards.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public Task PostInitErrorAsync(ErrorReport report) => PostAsync(CreateErrorRequest(Version + "/init/error", report), CancellationToken.None);

    /// <param name="path">The path, which begins with a slash.</param>
    /// <param name="content">The body.</param>
    internal HttpRequestMessage CreatePost(string path, HttpContent content)
    {
        HttpRequestMessage request = CreateRequest(HttpMethod.Post, new Uri(_origin + path), Waiting.Briefly);
        request.Content = content;
        return request;
    }

    /// <param name="path">The path, which begins with a slash. No thread waits for the answer.</param>
    internal HttpRequestMessage CreateGet(string path) => CreateRequest(HttpMethod.Get, new Uri(_origin + path), Waiting.WithoutThread);

    /// <summary>Sends a request and returns the answer, whatever its status.</summary>
    /// <exception cref="RuntimeApiException">There is no answer: the connection failed.</exception>
    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new RuntimeApiException(request.Method.Method, request.RequestUri!.AbsolutePath, e.Message, e);
        }
    }

    /// <summary>The answer as an exception: what was asked, the status, what the API says.</summary>
    internal static RuntimeApiException Refusal(HttpRequestMessage request, HttpResponseMessage answer, string? hint = null)
    {
        const int maxLength = 1024;
        ReadOnlyMemory<byte> body = BodyOf(answer);
        string text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, maxLength)]);
        return new RuntimeApiException(request.Method.Method, request.RequestUri!.AbsolutePath, (int)answer.StatusCode, text, hint);
    }

    /// <summary>What to throw when an answer did not come in the invocation's time.</summary>
    internal static RuntimeApiException NoAnswerInTime(HttpRequestMessage request, OperationCanceledException cause) =>
        new(request.Method.Method, request.RequestUri!.AbsolutePath, "there was no answer when the invocation's time was over", cause);

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage sent = request;
        try
        {
            using HttpResponseMessage answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw Refusal(request, answer);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw NoAnswerInTime(request, e);
        }
    }

    private Invocation ReadInvocation(HttpHeadersNonValidated headers, ReadOnlyMemory<byte> body)
    {
        string? requestId = Read(headers, RuntimeApiHeaders.RequestId);
        if (string.IsNullOrEmpty(requestId))
        {
            throw new RuntimeApiException("GET", _next.AbsolutePath,
                $"the answer has no {RuntimeApiHeaders.RequestId}, so the invocation cannot be answered");
        }

        var scope = new LogScope(requestId, Read(headers, RuntimeApiHeaders.TenantId), Read(headers, RuntimeApiHeaders.TraceId));
        string functionArn = Read(headers, RuntimeApiHeaders.InvokedFunctionArn) ?? "";
        return new Invocation(_time, body, requestId, ReadDeadline(headers, scope), functionArn, new InvocationLog(_log, scope))
        {
            TraceId = scope.TraceId,
            TenantId = scope.TenantId,
            ClientContext = Read(headers, RuntimeApiHeaders.ClientContext),
            CognitoIdentity = Read(headers, RuntimeApiHeaders.CognitoIdentity),
            InvocationId = Read(headers, RuntimeApiHeaders.InvocationId),
        };
    }

    /// <summary>Whether a path can name the invocation. If none can, it can be neither answered nor reported: all that is left is to say
    /// so.</summary>
    private static bool CanBeAnswered(Invocation invocation)
    {
        // A URL takes these two for steps along its path, and also when they are escaped.
        bool can = invocation.RequestId is not ("." or "..") && Uri.EscapeDataString(invocation.RequestId).Length <= MaxEscapedRequestId;
        if (!can)
        {
            invocation.Log.Write(LambdaLogLevel.Error,
                $"The invocation is left out: its {RuntimeApiHeaders.RequestId} is a step along a path, or longer than {MaxEscapedRequestId} bytes, "
                + "so that it can be neither answered nor reported.",
                null);
        }
        return can;
    }

    private DateTimeOffset ReadDeadline(HttpHeadersNonValidated headers, LogScope scope)
    {
        string? value = Read(headers, RuntimeApiHeaders.DeadlineMs);
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
        string what = value is null ? "missing" : "not a time in milliseconds";
        _log.Write(LambdaLogLevel.Warn, $"{RuntimeApiHeaders.DeadlineMs} is {what}: the invocation runs without a deadline.", null, scope);
        return DateTimeOffset.MaxValue;
    }

    private LoopbackRequest CreateErrorRequest(string path, ErrorReport report)
    {
        var content = new BufferedContent(report.ToJson());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        // In the calling thread, the program's or a loop's: a busy pool must not keep Lambda from being told.
        var request = new LoopbackRequest(HttpMethod.Post, new Uri(_origin + path), Waiting.InPlace) { Content = content };
        request.Headers.TryAddWithoutValidation(ErrorHeaders.Type, report.LambdaErrorType);
        return request;
    }

    private LoopbackRequest CreateRequest(HttpMethod method, Uri uri, Waiting waiting) =>
        new(method, uri, WaitsInPlace ? waiting : Waiting.WithoutThread);

    private static void EchoInvocationId(HttpRequestMessage request, Invocation invocation)
    {
        if (invocation.InvocationId is { } id)
            request.Headers.TryAddWithoutValidation(RuntimeApiHeaders.InvocationId, id);
    }

    private static string InvocationPath(Invocation invocation, string verb) =>
        $"{Version}/invocation/{Uri.EscapeDataString(invocation.RequestId)}/{verb}";

    private static string? Read(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private static ReadOnlyMemory<byte> BodyOf(HttpResponseMessage answer) => ((BufferedContent)answer.Content).Bytes;
}
