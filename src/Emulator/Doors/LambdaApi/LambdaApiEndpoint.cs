// Invoke and InvokeWithResponseStream, https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
using System.Text;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>The part of the Lambda API that SDKs and the AWS CLI invoke functions with.</summary>
internal sealed class LambdaApiEndpoint(IReadOnlyList<Function> functions, TimeProvider time)
{
    private const string InvokePrefix = "/2015-03-31/functions/";
    private const string InvokeSuffix = "/invocations";
    private const string StreamPrefix = "/2021-11-15/functions/";
    private const string StreamSuffix = "/response-streaming-invocations";

    /// <summary>Whether a request is for the Lambda API and not for a function URL.</summary>
    public static bool Serves(HttpRequest request) => HttpMethods.IsPost(request.Method) && Parse(request.Path.Value!) is not null;

    /// <summary>Handles a request, the body of which is the event.</summary>
    public async Task HandleAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        (string name, bool isStreaming) = Parse(context.Request.Path.Value!)!.Value;
        HttpRequest request = context.Request;
        string requestId = Guid.NewGuid().ToString();
        context.Response.Headers["x-amzn-RequestId"] = requestId;
        if (Find(name) is not { } function)
        {
            await JsonAnswer.WriteErrorAsync(context.Response, StatusCodes.Status404NotFound, "ResourceNotFoundException", "Message", $"Function not found: {name}");
            return;
        }

        byte[] payload = body.IsEmpty ? "{}"u8.ToArray() : body.ToArray();
        if (!IsJson(payload))
        {
            await JsonAnswer.WriteErrorAsync(
                context.Response, StatusCodes.Status400BadRequest, "InvalidRequestContentException", "message", "Could not parse request body into json.");
            return;
        }

        string type = request.Headers["X-Amz-Invocation-Type"].ToString();
        var invoke = new InvokeRequest
        {
            RequestId = requestId,
            Event = payload,
            TraceId = TraceHeader.For(request, time.GetUtcNow()).ForFunction,
            ClientContext = request.Headers["X-Amz-Client-Context"].ToString() is { Length: > 0 } encoded ? Decode(encoded) : null,
            TenantId = request.Headers["X-Amz-Tenant-Id"].ToString() is { Length: > 0 } tenant ? tenant : null,
            IsAsynchronous = type == "Event" && !isStreaming,
            CallerClosed = HalfOpenConnection.ClosedBy(context),
        };
        bool wantsLog = request.Headers["X-Amz-Log-Type"] == "Tail";
        context.Response.Headers["X-Amz-Executed-Version"] = "$LATEST";
        if (type == "DryRun")
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else if (invoke.IsAsynchronous)
            StartAsynchronously(context.Response, function, invoke);
        else if (isStreaming)
            await StreamAsync(context.Response, function, invoke, wantsLog);
        else
            await InvokeAsync(context.Response, function, invoke, wantsLog);
    }

    private static (string Name, bool IsStreaming)? Parse(string path) =>
        Between(path, InvokePrefix, InvokeSuffix) is { } name ? (name, false)
        : Between(path, StreamPrefix, StreamSuffix) is { } streamed ? (streamed, true)
        : null;

    private static string? Between(string path, string prefix, string suffix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(suffix, StringComparison.Ordinal) && path.Length > prefix.Length + suffix.Length
            ? Uri.UnescapeDataString(path[prefix.Length..^suffix.Length])
            : null;

    // A name, a partial or a full ARN, each with or without a qualifier.
    private Function? Find(string name)
    {
        int start = name.IndexOf("function:", StringComparison.Ordinal);
        string unqualified = (start < 0 ? name : name[(start + "function:".Length)..]).Split(':')[0];
        return functions.FirstOrDefault(function => function.Settings.Name == unqualified);
    }

    private static void StartAsynchronously(HttpResponse response, Function function, InvokeRequest invoke)
    {
        _ = function.InvokeAsync(new Invocation(invoke, new BufferedResponse()));
        response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task InvokeAsync(HttpResponse response, Function function, InvokeRequest invoke, bool wantsLog)
    {
        var receiver = new BufferedResponse();
        var invocation = new Invocation(invoke, receiver);
        InvocationOutcome outcome = await function.InvokeAsync(invocation);
        if (wantsLog)
            response.Headers["X-Amz-Log-Result"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(await function.LogTailAsync(invocation)));
        if (outcome.IsError)
            response.Headers["X-Amz-Function-Error"] = "Unhandled";
        ReadOnlyMemory<byte> body = outcome.IsError ? outcome.ErrorBody : receiver.Body;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, CancellationToken.None);
    }

    private static async Task StreamAsync(HttpResponse response, Function function, InvokeRequest invoke, bool wantsLog)
    {
        response.ContentType = "application/vnd.amazon.eventstream";
        var receiver = new EventStreamResponse(response);
        var invocation = new Invocation(invoke, receiver);
        InvocationOutcome outcome = await function.InvokeAsync(invocation);
        await receiver.CompleteAsync(outcome, wantsLog ? await function.LogTailAsync(invocation) : null);
    }

    private static bool IsJson(byte[] payload)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(payload);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static string Decode(string base64)
    {
        byte[] bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : base64;
    }
}
