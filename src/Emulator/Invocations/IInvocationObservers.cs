using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>Has an observer for each invocation that begins.</summary>
internal interface IInvocationObservers
{
    /// <summary>An invocation begins: it may have to wait for its turn.</summary>
    IInvocationObserver Begin(InvokeRequest request, FunctionSettings function);
}
