namespace StreamingLambda.Soak.Driver;

/// <summary>The function broke an invariant.</summary>
internal sealed class ViolationException(string message) : Exception(message);
