using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Formats;

/// <summary>Reads the event for an <see cref="IJsonStreamingHandler{TEvent}"/>: the body of a request to a function URL or an API Gateway REST
/// API, or else the event itself.</summary>
/// <remarks>
/// <para>An event that does not fit is answered with status 400 and <c>application/problem+json</c> (RFC 9457), which says what is wrong and where:
/// the path in the JSON, and line and position counted from 1. The handler is not called, a warning is logged, and Lambda is not told of an
/// error.</para>
/// <para>So it is for direct invocations too: they get status and headers at the head of the payload, as with any handler that writes them. A
/// function that services invoke (queues, schedules) should implement <see cref="IStreamingLambdaHandler"/> and call <see
/// cref="Invocation.ReadEvent"/>, whose exception fails the invocation: Lambda then tries again, or keeps the event in a dead-letter queue.</para>
/// <para>Exceptions other than <see cref="JsonException"/>, such as a constructor of <typeparamref name="TEvent"/> may throw, or the
/// serializer where a polymorphic type has no discriminator (<see cref="NotSupportedException"/>), are the function's own
/// and fail the invocation.</para>
/// </remarks>
/// <typeparam name="TEvent">The type of the event.</typeparam>
/// <example>
/// <code>
/// [nameof(PlaceOrder)] = static () => new JsonStreamingHandler&lt;Order&gt;(OrderJson.Default.Order, new PlaceOrder()),
/// </code>
/// </example>
public sealed class JsonStreamingHandler<TEvent> : IStreamingLambdaHandler, IAsyncDisposable
{
    private readonly JsonTypeInfo<TEvent> _typeInfo;
    private readonly Func<TEvent, Invocation, ResponseStreamWriter, CancellationToken, Task> _handle;
    private readonly IJsonStreamingHandler<TEvent>? _handler;

    /// <summary>Creates the handler over another one.</summary>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="handler">Handles what was read. One instance serves every invocation of the process, and is disposed of with this one.</param>
    public JsonStreamingHandler(JsonTypeInfo<TEvent> typeInfo, IJsonStreamingHandler<TEvent> handler)
        : this(typeInfo, (handler ?? throw new ArgumentNullException(nameof(handler))).HandleAsync) => _handler = handler;

    /// <summary>Creates the handler over one method.</summary>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="handle">Handles what was read; the rules are those of <see cref="IJsonStreamingHandler{TEvent}.HandleAsync"/>.</param>
    public JsonStreamingHandler(
        JsonTypeInfo<TEvent> typeInfo, Func<TEvent, Invocation, ResponseStreamWriter, CancellationToken, Task> handle)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        ArgumentNullException.ThrowIfNull(handle);
        _typeInfo = typeInfo;
        _handle = handle;
    }

    /// <inheritdoc />
    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        TEvent input;
        try
        {
            input = Read(invocation);
        }
        catch (JsonException e)
        {
            var problem = EventProblem.From(e);
            invocation.Log.Warn($"The event was refused with status 400: {problem.Detail}");
            await response.SendProblemAsync(problem.ToProblem(), new(400), cancellationToken).ConfigureAwait(false);
            return;
        }
        await _handle(input, invocation, response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Disposes of the handler that was given, if it is <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>.</summary>
    public ValueTask DisposeAsync() => HandlerDisposal.DisposeAsync(_handler);

    private TEvent Read(Invocation invocation)
    {
        if (FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
            return NotNull(request.ReadBody(_typeInfo), "body of the request");
        if (ApiGatewayRequest.TryRead(invocation, out ApiGatewayRequest? restRequest))
            return NotNull(restRequest.ReadBody(_typeInfo), "body of the request");
        try
        {
            return NotNull(invocation.ReadEvent(_typeInfo), "event");
        }
        catch (JsonException e) when (EventOrigin.Describe(invocation) is { } origin)
        {
            string what = $"{EventProblem.Explain(e)} The event is {origin}; this function takes JSON of its own, or in the body of a request"
                + " to a function URL or a REST API.";
            throw new JsonException(what, e.Path, e.LineNumber, e.BytePositionInLine);
        }
    }

    private static TEvent NotNull(TEvent? value, string source) => value ?? throw new JsonException($"The {source} is null. Send a value.");
}
