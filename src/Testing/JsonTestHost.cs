using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Testing;

/// <summary>Runs a handler of typed events in memory: a test gives it values, and what the function would read is made of them.</summary>
/// <typeparam name="TEvent">The type of the event.</typeparam>
/// <example>
/// <code>
/// var host = new JsonTestHost&lt;Order&gt;(OrderJson.Default.Order, new PlaceOrder());
/// TestResponse response = await host.InvokeAsync(new Order("pen", 3));
/// </code>
/// </example>
public sealed class JsonTestHost<TEvent> : TestHost
{
    private readonly JsonTypeInfo<TEvent> _typeInfo;

    /// <summary>Creates the host.</summary>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>, as the function has it.</param>
    /// <param name="handler">The handler under test.</param>
    public JsonTestHost(JsonTypeInfo<TEvent> typeInfo, IJsonStreamingHandler<TEvent> handler)
        : base(new JsonStreamingHandler<TEvent>(typeInfo, handler)) => _typeInfo = typeInfo;

    /// <summary>Creates the host of a handler that is one method.</summary>
    /// <param name="typeInfo">The type's metadata from a source-generated <c>JsonSerializerContext</c>, as the function has it.</param>
    /// <param name="handle">The handler under test.</param>
    public JsonTestHost(JsonTypeInfo<TEvent> typeInfo, Func<TEvent, Invocation, ResponseStreamWriter, CancellationToken, Task> handle)
        : base(new JsonStreamingHandler<TEvent>(typeInfo, handle)) => _typeInfo = typeInfo;

    /// <summary>Gives the handler an event, as a direct invocation would, and waits until it has ended, background work included.</summary>
    /// <param name="value">The event. To send it as the body of a request, serialize it into <see cref="FunctionUrlEvent.Post"/>.</param>
    /// <exception cref="TimeoutException">The handler has not ended within <see cref="TestHost.WaitLimit"/>.</exception>
    public Task<TestResponse> InvokeAsync(TEvent value) => InvokeAsync(Serialize(value));

    /// <summary>Gives the handler an event and returns at once, so that the response can be watched while it is being written.</summary>
    /// <param name="value">The event.</param>
    public TestRun Start(TEvent value) => Start(Serialize(value));

    private ReadOnlyMemory<byte> Serialize(TEvent value) => JsonSerializer.SerializeToUtf8Bytes(value, _typeInfo);
}
