using StreamingLambda.Runtime;

namespace StreamingLambda.LifetimeFunction;

/// <summary>What the function waits for before it takes its first invocation.</summary>
internal static class GreetingFile
{
    /// <param name="path">The function's Handler setting.</param>
    public static async Task<string> ReadAsync(string? path) => path is not null && File.Exists(path)
        ? await File.ReadAllTextAsync(path)
        : throw new InitializationException("Function.GreetingMissing", $"There is no file '{path}'. Set Handler to one.");
}
