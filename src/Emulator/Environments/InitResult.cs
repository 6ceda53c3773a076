using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Environments;

/// <summary>How the start of a process ended.</summary>
/// <param name="Duration">From the start to the first question for an invocation, or to the failure.</param>
internal sealed record InitResult(TimeSpan Duration)
{
    /// <summary>What every invocation that waited for it fails with; null when the runtime is ready.</summary>
    public Func<string, InvocationOutcome>? Failure { get; private init; }

    /// <summary>Whether it took too long.</summary>
    public bool IsTimeout { get; private init; }

    /// <summary>The platform saw it fail.</summary>
    public static InitResult Failed(TimeSpan duration, string errorType, string message) => new(duration)
    {
        Failure = requestId => InvocationOutcome.PlatformError(errorType, requestId, message),
        IsTimeout = errorType == ErrorTypes.TimedOut,
    };

    /// <summary>The runtime itself said that it failed.</summary>
    public static InitResult FailedByRuntime(TimeSpan duration, InvocationOutcome error) => new(duration) { Failure = _ => error };
}
