namespace StreamingLambda.Emulator.Environments;

/// <summary>All of a function's concurrency is used up, and it does not let its callers wait. The message is for the developer.</summary>
internal sealed class ThrottledException(string message) : Exception(message);
