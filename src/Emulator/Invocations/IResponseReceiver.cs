using System.Buffers;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>
/// Where an invocation's response goes: a function URL's caller, a caller of the Lambda API, a buffer. Used by one task at a time, and not
/// any more once the invocation has its outcome.
/// </summary>
internal interface IResponseReceiver
{
    /// <summary>How the caller wants the response. Decides which limits hold.</summary>
    InvokeMode Mode { get; }

    /// <summary>What a streamed response may send as fast as it can, in bytes, where the caller's service has a rule of its own; null: Lambda's
    /// holds.</summary>
    long? Burst => null;

    /// <summary>The runtime begins to respond.</summary>
    /// <param name="contentType">The response's <c>Content-Type</c>, null when the runtime gave none.</param>
    void Start(string? contentType);

    /// <summary>
    /// Passes on a piece of the response as soon as it arrived. The task ends when the receiver takes more: a slow caller slows the
    /// function. A caller that left is not an error: the function cannot know, its response is dropped.
    /// </summary>
    ValueTask WriteAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken);
}
