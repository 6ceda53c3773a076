using StreamingLambda.Runtime;

namespace StreamingLambda.Testing;

/// <summary>Runs a handler in memory, under the same loop and response writer that run it inside Lambda. Only the Runtime API, and the
/// network to it, is a stand-in.</summary>
/// <remarks>One host, like one process in Lambda, serves any number of invocations on the same handler; runs may overlap.</remarks>
/// <param name="handler">The handler under test.</param>
/// <example>
/// <code>
/// TestResponse response = await new TestHost(new Hello()).InvokeAsync(FunctionUrlEvent.Get("/?name=Ada"));
/// Assert.Equal(200, response.StatusCode);
/// Assert.Equal("Hello Ada\n", response.BodyText);
/// </code>
/// </example>
public class TestHost(IStreamingLambdaHandler handler)
{
    /// <summary>A host of a handler that is one method.</summary>
    /// <param name="handle">The handler under test.</param>
    public TestHost(Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle)
        : this(new DelegateStreamingHandler(handle))
    {
    }

    /// <summary>The clock of deadlines, chunk times and log lines. A handler that pauses takes the same clock, and a test that owns it need not
    /// wait.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The function's timeout, which makes the deadline. Default 15 minutes, the longest that Lambda has.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Fires like SIGTERM: the handler's token does too, and no further invocation is taken.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>How long, by a real clock, a test waits for the next chunk or for the end before it fails. Default 30 seconds; without
    /// limit while a debugger is attached.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What <see cref="Invocation.TraceId"/> is.</summary>
    public string? TraceId { get; init; }

    /// <summary>What <see cref="Invocation.TenantId"/> is.</summary>
    public string? TenantId { get; init; }

    /// <summary>What <see cref="Invocation.ClientContext"/> is.</summary>
    public string? ClientContext { get; init; }

    /// <summary>What <see cref="Invocation.CognitoIdentity"/> is.</summary>
    public string? CognitoIdentity { get; init; }

    /// <summary>Gives the handler an event and waits until it has ended, background work included.</summary>
    /// <param name="eventJson">The event: of a function URL (<see cref="FunctionUrlEvent"/>), or any bytes.</param>
    /// <exception cref="TimeoutException">The handler has not ended within <see cref="WaitLimit"/>.</exception>
    public Task<TestResponse> InvokeAsync(ReadOnlyMemory<byte> eventJson) => Start(eventJson).WaitAsync();

    /// <summary>Gives the handler an event and returns at once, so that the response can be watched while it is being written.</summary>
    /// <param name="eventJson">The event: of a function URL (<see cref="FunctionUrlEvent"/>), or any bytes.</param>
    public TestRun Start(ReadOnlyMemory<byte> eventJson) => new(this, handler, eventJson);
}
