using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using StreamingLambda.Runtime.Events;
using StreamingLambda.Runtime.Logging;

namespace StreamingLambda.Runtime;

/// <summary>One invocation of the function: the event, and what Lambda says about it.</summary>
/// <remarks>The fields are those of <c>GET /runtime/invocation/next</c>:
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next</remarks>
/// <example>
/// <code>
/// invocation.Log.Info($"{invocation.Event.Length} bytes, {invocation.RemainingTime.TotalSeconds:F0} s left");
/// await response.WriteAndFinishAsync($"This is request {invocation.RequestId}.\n", cancellationToken);
/// </code>
/// </example>
public sealed class Invocation
{
    private readonly TimeProvider _time;

    internal Invocation(
        TimeProvider time, ReadOnlyMemory<byte> eventJson, string requestId, DateTimeOffset deadline, string invokedFunctionArn, InvocationLog log)
    {
        _time = time;
        Event = eventJson;
        RequestId = requestId;
        Deadline = deadline;
        InvokedFunctionArn = invokedFunctionArn;
        Log = log;
    }

    /// <summary>The event as it arrived: JSON, up to 6 MB. The memory stays valid after the invocation.</summary>
    public ReadOnlyMemory<byte> Event { get; }

    /// <summary>The request id, the same that the caller sees in <c>x-amzn-RequestId</c> and that stands in the log.</summary>
    public string RequestId { get; }

    /// <summary>When Lambda ends the invocation, by the wall clock. <see cref="DateTimeOffset.MaxValue"/> if Lambda named no deadline.</summary>
    public DateTimeOffset Deadline { get; }

    /// <summary>The time until <see cref="Deadline"/>. Negative once it has passed, which Lambda Managed Instances allow.</summary>
    public TimeSpan RemainingTime => Deadline - _time.GetUtcNow();

    /// <summary>The ARN of the function, version or alias that was invoked; empty if Lambda sent none.</summary>
    public string InvokedFunctionArn { get; }

    /// <summary>The X-Ray tracing header (<c>Root=...;Parent=...;Sampled=...</c>), if there is one.</summary>
    public string? TraceId { get; internal init; }

    /// <summary>The tenant of the invocation, for functions with tenant isolation.</summary>
    public string? TenantId { get; internal init; }

    /// <summary>The client context as JSON, if the caller sent one (AWS mobile SDKs, or <c>X-Amz-Client-Context</c>).</summary>
    public string? ClientContext { get; internal init; }

    /// <summary>The Cognito identity of the caller as JSON (<c>cognitoIdentityId</c>, <c>cognitoIdentityPoolId</c>), if there is one.</summary>
    public string? CognitoIdentity { get; internal init; }

    /// <summary>Writes log lines that carry this invocation's ids.</summary>
    public InvocationLog Log { get; }

    /// <summary>This attempt's nonce, echoed with the response when Lambda sent one.</summary>
    internal string? InvocationId { get; init; }

    /// <summary>Reads the event as <typeparamref name="T"/>.</summary>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <returns>The value, null when the event is the JSON literal <c>null</c>.</returns>
    /// <exception cref="JsonException">The event is empty, not JSON or does not fit the type; path and line say where.</exception>
    /// <example><code>Order? order = invocation.ReadEvent(OrderJson.Default.Order);</code></example>
    public T? ReadEvent<T>(JsonTypeInfo<T> typeInfo) => ReadJson(Event, "event", typeInfo);

    /// <summary>Reads JSON that somebody else wrote, a byte order mark before it or not.</summary>
    internal static T? ReadJson<T>(ReadOnlyMemory<byte> json, string source, JsonTypeInfo<T> typeInfo)
    {
        json = EventValue.WithoutByteOrderMark(json);
        return json.IsEmpty ? throw new JsonException($"The {source} is empty. Send JSON.") : JsonSerializer.Deserialize(json.Span, typeInfo);
    }
}
