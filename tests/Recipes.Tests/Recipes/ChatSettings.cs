using System.Globalization;

using StreamingLambda.Runtime;

namespace StreamingLambda.Recipes.Tests.Recipes;

#region settings
public sealed record ChatSettings(Uri Model, int Retries)
{
    public static ChatSettings FromEnvironment() => new(
        new Uri(Required("MODEL_URL")),
        int.Parse(Environment.GetEnvironmentVariable("RETRIES") ?? "3", CultureInfo.InvariantCulture));

    private static string Required(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InitializationException(
            "Function.MissingSetting", $"The environment variable {name} is not set. Set it in template.yaml, under Environment.");
}
#endregion
