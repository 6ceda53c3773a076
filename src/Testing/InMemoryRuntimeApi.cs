using System.Globalization;
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
        var sent = (LoopbackRequest)request;
        if (sent.Path.EndsWith("/invocation/next", StringComparison.Ordinal))
        {
            if (!_handedOut)
                return Next();
            await stopping.CancelAsync().ConfigureAwait(false);
            throw new OperationCanceledException(stopping.Token);
        }
        if (sent.StreamedBody is { } body)
            await TakeResponseAsync(sent, body, cancellationToken).ConfigureAwait(false);
        else
            TakeError(sent);
        return new LoopbackAnswer(202, [], default);
    }

    private LoopbackAnswer Next()
    {
        _handedOut = true;
        DateTimeOffset deadline = host.TimeProvider.GetUtcNow() + host.Timeout;
        List<KeyValuePair<string, string>> fields = [];
        Add(RuntimeApiHeaders.RequestId, Guid.NewGuid().ToString());
        Add(RuntimeApiHeaders.DeadlineMs, deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Add(RuntimeApiHeaders.InvokedFunctionArn, "arn:aws:lambda:eu-central-1:123456789012:function:test");
        Add(RuntimeApiHeaders.TraceId, host.TraceId);
        Add(RuntimeApiHeaders.TenantId, host.TenantId);
        Add(RuntimeApiHeaders.ClientContext, host.ClientContext);
        Add(RuntimeApiHeaders.CognitoIdentity, host.CognitoIdentity);
        recorder.Begin();
        return new LoopbackAnswer(200, fields, eventJson);

        void Add(string name, string? value)
        {
            if (value is not null)
                fields.Add(new(name, value));
        }
    }

    private async Task TakeResponseAsync(LoopbackRequest request, StreamedBody body, CancellationToken cancellationToken)
    {
        recorder.BeginResponse(FieldOf(request, "Content-Type"));
        var stream = new WriteOnlyStream((bytes, _) =>
        {
            recorder.Write(bytes.Span);
            return ValueTask.CompletedTask;
        });
        BodyEnd end = await body.OpenAsync(stream).WaitAsync(cancellationToken).ConfigureAwait(false);
        recorder.Write(end.Last.Span);
        body.SentWhole();
        if (end.Trailers is { } trailers)
        {
            recorder.Fail(ReadError(
                Convert.FromBase64String(trailers.Single(t => t.Key == ErrorHeaders.Body).Value),
                trailers.Single(t => t.Key == ErrorHeaders.Type).Value,
                isMidResponse: true));
        }
        recorder.End();
    }

    private void TakeError(LoopbackRequest request)
    {
        recorder.Fail(ReadError(request.Body.GetValueOrDefault(), FieldOf(request, ErrorHeaders.Type), isMidResponse: false));
        recorder.End();
    }

    private static string FieldOf(LoopbackRequest request, string name) => request.Fields.Single(field => field.Key == name).Value;

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
