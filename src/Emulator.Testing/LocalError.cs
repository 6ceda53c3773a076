namespace StreamingLambda.Emulator.Testing;

/// <summary>What an invocation failed with.</summary>
/// <param name="Type">As Lambda has it: what the function named, or the platform (<c>Sandbox.Timedout</c>, <c>Runtime.ExitError</c>).</param>
/// <param name="Message">The message.</param>
/// <param name="StackTrace">Where it happened, innermost first, as the function reported it.</param>
/// <param name="IsFoundByPlatform">Whether the platform found it, and not the function: a timeout, a crash, a limit.</param>
/// <param name="Explanation">How far the function had got, and what to do, where the platform knows; else null.</param>
/// <example><code>Assert.Equal("Sandbox.Timedout", invocation.Error?.Type);</code></example>
public sealed record LocalError(string Type, string Message, IReadOnlyList<string> StackTrace, bool IsFoundByPlatform, string? Explanation);
