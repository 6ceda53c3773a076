namespace StreamingLambda.Emulator.Configuration.Apis;

/// <summary>A value that an API or a route depends on cannot be known here: it is left out, with the reason, and nothing is guessed.</summary>
/// <param name="reason">The second half of a sentence.</param>
internal sealed class UnknownValueException(string reason) : Exception(reason);
