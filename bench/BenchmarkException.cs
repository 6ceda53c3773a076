using System.Diagnostics.CodeAnalysis;

namespace StreamingLambda.Bench;

/// <summary>The benchmark cannot go on, and the message tells its user why and what to do. Shown without a stack trace.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Without a message it would help nobody.")]
internal sealed class BenchmarkException(string message) : Exception(message);
