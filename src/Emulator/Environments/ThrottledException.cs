namespace StreamingLambda.Emulator.Environments;

/// <summary>All of a function's concurrency is used up, and it does not let its callers wait.</summary>
internal sealed class ThrottledException() : Exception("Rate Exceeded.");
