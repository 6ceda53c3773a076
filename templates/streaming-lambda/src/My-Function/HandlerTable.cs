using StreamingLambda.Runtime;

namespace MyNamespace;

/// <summary>The handlers that Handler in template.yaml can name. A new one needs a line here: native code finds nothing by reflection.</summary>
public static class HandlerTable
{
    private static readonly Dictionary<string, Func<IStreamingLambdaHandler>> Factories = new()
    {
        [nameof(Hello)] = static () => new Hello(),
    };

    /// <summary>Creates the handler of that name.</summary>
    public static IStreamingLambdaHandler Create(string? name) =>
        Factories.TryGetValue(name ?? "", out Func<IStreamingLambdaHandler>? create)
            ? create()
            : throw new InitializationException("Runtime.NoSuchHandler",
                $"There is no handler '{name}'. Set Handler in template.yaml to one of: {string.Join(", ", Factories.Keys)}. "
                + "A handler of your own needs a line in HandlerTable.");
}
