using System.Globalization;
using System.Net;
using System.Text.Json;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Testing;

/// <summary>The Runtime API of one invocation, put under the runtime's client in place of a network: hands out the event, takes the response
/// as it is written, and, asked for another event, stops the loop.</summary>
internal sealed class InMemoryRuntimeApi(TestHost host, ReadOnlyMemory<byte> eventJson, ResponseRecorder recorder, CancellationTokenSource stopping)
    : HttpMessageHandler
{
    private bool _handedOut;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath;
        if (path.EndsWith("/invocation/next", StringComparison.Ordinal))
        {
            if (!_handedOut)
                return Next();
            await stopping.CancelAsync().ConfigureAwait(false);
            throw new OperationCanceledException(stopping.Token);
        }
        if (path.EndsWith("/response", StringComparison.Ordinal))
            await TakeResponseAsync((StreamedContent)request.Content!, cancellationToken).ConfigureAwait(false);
        else
            await TakeErrorAsync(request).ConfigureAwait(false);
        return new HttpResponseMessage(HttpStatusCode.Accepted) { Content = new BufferedContent(default) };
    }

    private HttpResponseMessage Next()
    {
        _handedOut = true;
        DateTimeOffset deadline = host.TimeProvider.GetUtcNow() + host.Timeout;
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new BufferedContent(eventJson) };
        Add(RuntimeApiHeaders.RequestId, Guid.NewGuid().ToString());
        Add(RuntimeApiHeaders.DeadlineMs, deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Add(RuntimeApiHeaders.InvokedFunctionArn, "arn:aws:lambda:eu-central-1:123456789012:function:test");
        Add(RuntimeApiHeaders.TraceId, host.TraceId);
        Add(RuntimeApiHeaders.TenantId, host.TenantId);
        Add(RuntimeApiHeaders.ClientContext, host.ClientContext);
        Add(RuntimeApiHeaders.CognitoIdentity, host.CognitoIdentity);
        recorder.Begin();
        return response;

        void Add(string name, string? value)
        {
            if (value is not null)
                response.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private async Task TakeResponseAsync(StreamedContent content, CancellationToken cancellationToken)
    {
        recorder.BeginResponse(content.Headers.NonValidated["Content-Type"].ToString());
        var body = new WriteOnlyStream((bytes, _) =>
        {
            recorder.Write(bytes.Span);
            return ValueTask.CompletedTask;
        });
        BodyEnd end = await content.OpenAsync(body).WaitAsync(cancellationToken).ConfigureAwait(false);
        recorder.Write(end.Last.Span);
        content.SentWhole();
        if (end.Trailers is { } trailers)
        {
            recorder.Fail(ReadError(
                Convert.FromBase64String(trailers.Single(t => t.Key == ErrorHeaders.Body).Value),
                trailers.Single(t => t.Key == ErrorHeaders.Type).Value,
                isMidResponse: true));
        }
        recorder.End();
    }

    private async Task TakeErrorAsync(HttpRequestMessage request)
    {
        byte[] json = await request.Content!.ReadAsByteArrayAsync(CancellationToken.None).ConfigureAwait(false);
        recorder.Fail(ReadError(json, request.Headers.NonValidated[ErrorHeaders.Type].ToString(), isMidResponse: false));
        recorder.End();
    }

    private static ReportedError ReadError(ReadOnlyMemory<byte> json, string lambdaType, bool isMidResponse)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement error = document.RootElement;
        return new ReportedError
        {
            Type = error.GetProperty("errorType").GetString()!,
            Message = error.GetProperty("errorMessage").GetString()!,
            StackTrace = [.. error.GetProperty("stackTrace").EnumerateArray().Select(frame => frame.GetString()!)],
            LambdaType = lambdaType,
            IsMidResponse = isMidResponse,
        };
    }
}
