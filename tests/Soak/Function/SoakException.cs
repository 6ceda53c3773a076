namespace StreamingLambda.Soak.Function;

/// <summary>What the handler throws on purpose.</summary>
internal sealed class SoakException(string message) : Exception(message);
