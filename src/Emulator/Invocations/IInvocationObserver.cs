using System.Buffers;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>
/// Learns what happens to one invocation, in its order. It is called by the tasks that run the invocation, some of them under a lock: it is quick,
/// does not throw, calls nothing of the invocation, and keeps only copies of what it is given.
/// </summary>
internal interface IInvocationObserver
{
    /// <summary>A runtime has the event.</summary>
    void OnDelivered(DateTimeOffset deadline);

    /// <summary>The runtime begins to respond.</summary>
    /// <param name="contentType">The response's <c>Content-Type</c>, null when the runtime gave none.</param>
    void OnResponse(string? contentType);

    /// <summary>A piece of the response has arrived. It has not been passed on yet.</summary>
    void OnReceived(in ReadOnlySequence<byte> data, long timestamp);

    /// <summary>The response has ended with trailers, which tell of an error.</summary>
    void OnTrailers(IHeaderDictionary trailers);

    /// <summary>The function or the platform logged a line.</summary>
    void OnLogLine(string line);

    /// <summary>The caller has its outcome. The runtime may still be busy.</summary>
    void OnOutcome(InvocationOutcome outcome);

    /// <summary>The caller gets an error of the platform's, because the function's response cannot be handed on, or comes too late for
    /// the API. It may come after the end.</summary>
    void OnRefused(string reason);

    /// <summary>The runtime is through with it.</summary>
    void OnReport(InvocationReport report);

    /// <summary>Everything about it is said.</summary>
    void OnEnd();
}
