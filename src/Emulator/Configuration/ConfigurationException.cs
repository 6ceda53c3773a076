namespace StreamingLambda.Emulator.Configuration;

/// <summary>The emulator cannot start like this. The message says what is wrong and what to do.</summary>
internal sealed class ConfigurationException(string message) : Exception(Printable.Of(message));
