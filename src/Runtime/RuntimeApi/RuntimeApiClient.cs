using System.Globalization;
using System.Net;
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

    private const string Next = Version + "/invocation/next";

    private readonly HttpMessageInvoker _http;
    private readonly LogWriter _log;
    private readonly TimeProvider _time;

    /// <param name="http">Carries <see cref="LoopbackRequest"/>s, without a time limit: the environment may be frozen for hours while <c>GET next</c>
    /// waits.</param>
    /// <param name="log">Where invocations log.</param>
    /// <param name="time">The clock for deadlines.</param>
    public RuntimeApiClient(HttpMessageInvoker http, LogWriter log, TimeProvider time)
    {
        _http = http;
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
            var request = new LoopbackRequest(HttpMethod.Get, Next, Waiting.InPlace);
            LoopbackAnswer answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw Refusal(request, answer);
            Invocation invocation = ReadInvocation(answer);
            if (CanBeAnswered(invocation))
                return invocation;
        }
    }

    /// <summary>Begins to stream the response to an invocation.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public ValueTask<ResponseExchange> StartResponseAsync(Invocation invocation, string contentType, CancellationToken ending)
    {
        var body = new StreamedBody();
        string path = InvocationPath(invocation, "response");
        var request = new LoopbackRequest(HttpMethod.Post, path, WaitingOr(Waiting.Briefly)) { StreamedBody = body };
        request.Add(RuntimeApiHeaders.ResponseMode, "streaming");
        request.Add("Trailer", $"{ErrorHeaders.Type}, {ErrorHeaders.Body}");
        EchoInvocationId(request, invocation);
        request.Add("Content-Type", contentType);
        return ResponseExchange.StartAsync(this, request, body, new InvocationLimit(invocation, _time, ending));
    }

    /// <summary>Reports that an invocation failed before its response began.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public async Task PostErrorAsync(Invocation invocation, ErrorReport report, CancellationToken ending)
    {
        LoopbackRequest request = CreateErrorRequest(InvocationPath(invocation, "error"), report);
        EchoInvocationId(request, invocation);
        request.Add(ErrorHeaders.XRayCause, XRayErrorCause.Format(report, AppContext.BaseDirectory));
        using var giveUp = new CancellationTokenSource();
        using IDisposable limit = new InvocationLimit(invocation, _time, ending).OfEnd(giveUp);
        await PostAsync(request, giveUp.Token).ConfigureAwait(false);
    }

    /// <summary>Reports that the function could not start; the process exits afterwards.</summary>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public Task PostInitErrorAsync(ErrorReport report) => PostAsync(CreateErrorRequest(Version + "/init/error", report), CancellationToken.None);

    /// <summary>How a request waits: as it likes to where one invocation runs at a time, else without a thread.</summary>
    internal Waiting WaitingOr(Waiting waiting) => WaitsInPlace ? waiting : Waiting.WithoutThread;

    /// <summary>Sends a request and returns the answer, whatever its status.</summary>
    /// <exception cref="RuntimeApiException">There is no answer: the connection failed.</exception>
    internal async Task<LoopbackAnswer> SendAsync(LoopbackRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (LoopbackAnswer)await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new RuntimeApiException(request.Method.Method, request.Path, e.Message, e);
        }
    }

    /// <summary>The answer as an exception: what was asked, the status, what the API says.</summary>
    internal static RuntimeApiException Refusal(LoopbackRequest request, LoopbackAnswer answer, string? hint = null)
    {
        const int maxLength = 1024;
        string text = Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, maxLength)]);
        return new RuntimeApiException(request.Method.Method, request.Path, (int)answer.StatusCode, text, hint);
    }

    /// <summary>What to throw when an answer did not come in the invocation's time.</summary>
    internal static RuntimeApiException NoAnswerInTime(LoopbackRequest request, OperationCanceledException cause) =>
        new(request.Method.Method, request.Path, "there was no answer when the invocation's time was over", cause);

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(LoopbackRequest request, CancellationToken cancellationToken)
    {
        try
        {
            LoopbackAnswer answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw Refusal(request, answer);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw NoAnswerInTime(request, e);
        }
    }

    private Invocation ReadInvocation(LoopbackAnswer answer)
    {
        string? requestId = answer.Find(RuntimeApiHeaders.RequestId);
        if (string.IsNullOrEmpty(requestId))
        {
            throw new RuntimeApiException("GET", Next,
                $"the answer has no {RuntimeApiHeaders.RequestId}, so the invocation cannot be answered");
        }

        var scope = new LogScope(requestId, answer.Find(RuntimeApiHeaders.TenantId), answer.Find(RuntimeApiHeaders.TraceId));
        string functionArn = answer.Find(RuntimeApiHeaders.InvokedFunctionArn) ?? "";
        return new Invocation(_time, answer.Body, requestId, ReadDeadline(answer, scope), functionArn, new InvocationLog(_log, scope))
        {
            TraceId = scope.TraceId,
            TenantId = scope.TenantId,
            ClientContext = answer.Find(RuntimeApiHeaders.ClientContext),
            CognitoIdentity = answer.Find(RuntimeApiHeaders.CognitoIdentity),
            InvocationId = answer.Find(RuntimeApiHeaders.InvocationId),
        };
    }

    /// <summary>Whether a path can name the invocation. If none can, it can be neither answered nor reported: all that is left is to say
    /// so.</summary>
    private static bool CanBeAnswered(Invocation invocation)
    {
        // A URL takes these two for steps along its path, and also when they are escaped.
        bool can = invocation.RequestId is not ("." or "..") && PathSegment.Escape(invocation.RequestId).Length <= MaxEscapedRequestId;
        if (!can)
        {
            invocation.Log.Write(LambdaLogLevel.Error,
                $"The invocation is left out: its {RuntimeApiHeaders.RequestId} is a step along a path, or longer than {MaxEscapedRequestId} bytes, "
                + "so that it can be neither answered nor reported.",
                null);
        }
        return can;
    }

    private DateTimeOffset ReadDeadline(LoopbackAnswer answer, LogScope scope)
    {
        string? value = answer.Find(RuntimeApiHeaders.DeadlineMs);
        if (long.TryParse(value, NumberStyles.None, NumberFormatInfo.InvariantInfo, out long milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
        string what = value is null ? "missing" : "not a time in milliseconds";
        _log.Write(LambdaLogLevel.Warn, $"{RuntimeApiHeaders.DeadlineMs} is {what}: the invocation runs without a deadline.", null, scope);
        return DateTimeOffset.MaxValue;
    }

    private static LoopbackRequest CreateErrorRequest(string path, ErrorReport report)
    {
        // In the calling thread, the program's or a loop's: a busy pool must not keep Lambda from being told.
        var request = new LoopbackRequest(HttpMethod.Post, path, Waiting.InPlace) { Body = report.ToJson() };
        request.Add("Content-Type", "application/json");
        request.Add(ErrorHeaders.Type, report.LambdaErrorType);
        return request;
    }

    private static void EchoInvocationId(LoopbackRequest request, Invocation invocation)
    {
        if (invocation.InvocationId is { } id)
            request.Add(RuntimeApiHeaders.InvocationId, id);
    }

    private static string InvocationPath(Invocation invocation, string verb) =>
        $"{Version}/invocation/{PathSegment.Escape(invocation.RequestId)}/{verb}";
}
