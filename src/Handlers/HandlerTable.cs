using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers;

/// <summary>The handlers that a function's <c>Handler</c> setting can name. A new handler needs one line here.</summary>
public static class HandlerTable
{
    private static readonly Dictionary<string, Func<IStreamingLambdaHandler>> Factories = new(StringComparer.Ordinal)
    {
        [nameof(ConditionalStreamingHandler)] = static () => new ConditionalStreamingHandler(),
        [nameof(SendNumbersWithPause)] = static () => new SendNumbersWithPause(),
    };

    /// <summary>What Lambda puts into <c>_HANDLER</c> when nobody chose a handler: the names that custom runtimes are deployed with.</summary>
    private static readonly string[] Unchosen = ["provided", "bootstrap"];

    /// <summary>The names in the table.</summary>
    public static IReadOnlyCollection<string> Names => Factories.Keys;

    /// <summary>Creates the handler of a name.</summary>
    /// <param name="name">The function's <c>Handler</c> setting (<c>_HANDLER</c>). Null, <c>provided</c> and <c>bootstrap</c> mean that
    /// nobody chose: <see cref="SendNumbersWithPause"/> runs.</param>
    /// <exception cref="InitializationException">The table has no such name.</exception>
    public static IStreamingLambdaHandler Create(string? name)
    {
        if (name is null || Unchosen.Contains(name))
            name = nameof(SendNumbersWithPause);
        return Factories.TryGetValue(name, out Func<IStreamingLambdaHandler>? create)
            ? create()
            : throw new InitializationException("Runtime.NoSuchHandler",
                $"There is no handler '{name}'. Set the function's Handler to one of: {string.Join(", ", Names)}. "
                + "A handler of your own needs a line in HandlerTable.");
    }
}
