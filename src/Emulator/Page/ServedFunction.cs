using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Page;

/// <summary>A function and where it is reached.</summary>
/// <param name="Function">The function.</param>
/// <param name="Url">Its function URL; where it has none, a door with the Lambda API.</param>
internal sealed record ServedFunction(Function Function, Uri Url);
