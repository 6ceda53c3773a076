namespace StreamingLambda.Bench;

/// <summary>The benchmark cannot go on, and the message tells its user why and what to do. Shown without a stack trace.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
