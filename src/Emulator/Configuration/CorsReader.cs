using System.Globalization;
using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>
/// What a template says about the web pages that may call a function's URL. Who may call is not guessed: a value that cannot be known here is an
/// obstacle, a wrong one an error with its line.
/// </summary>
internal sealed class CorsReader(TemplateFunction function, List<string> obstacles)
{
    private const string Cors = "Cors";

    /// <summary>A day, the most that AWS takes.</summary>
    private const int MostSeconds = 86400;

    /// <summary>The settings; null when there are none, or obstacles.</summary>
    /// <exception cref="ConfigurationException">AWS would refuse a value.</exception>
    public CorsSettings? Read()
    {
        switch (function.UrlProperty(Cors))
        {
            case null:
                return null;
            case UnknownNode unknown:
                AddObstacle(Cors, unknown);
                return null;
            case MapNode:
                return new CorsSettings
                {
                    AllowOrigins = List("AllowOrigins"),
                    AllowMethods = List("AllowMethods"),
                    AllowHeaders = List("AllowHeaders"),
                    ExposeHeaders = List("ExposeHeaders"),
                    AllowCredentials = Flag("AllowCredentials"),
                    MaxAge = Seconds("MaxAge"),
                };
            case var other:
                throw other.Position.Error($"the Cors of {function.LogicalId} has to be a mapping with AllowOrigins in it. Write it so.");
        }
    }

    private List<string> List(string member) => function.UrlProperty(Cors, member) switch
    {
        null => [],
        ListNode list => [.. function.Items(list).Select(item => Text(item, member)).OfType<string>()],
        var single => Text(single, member) is { } text ? [text] : [],
    };

    private bool Flag(string member) => function.UrlProperty(Cors, member) is { } node && Text(node, member) switch
    {
        null => false,
        var text => bool.TryParse(text, out bool value)
            ? value
            : throw node.Position.Error($"{member} of {function.LogicalId} is '{text}', neither true nor false. Correct it."),
    };

    private int? Seconds(string member)
    {
        if (function.UrlProperty(Cors, member) is not { } node || Text(node, member) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= MostSeconds
            ? seconds
            : throw node.Position.Error($"{member} of {function.LogicalId} is '{text}', not a number from 0 to {MostSeconds}. Correct it.");
    }

    // Null: an obstacle.
    private string? Text(TemplateNode node, string member)
    {
        switch (node)
        {
            case TextNode text:
                return text.Value;
            case UnknownNode unknown:
                AddObstacle($"{Cors}.{member}", unknown);
                return null;
            default:
                throw node.Position.Error($"{member} of {function.LogicalId} has to be text. Write a value, or leave the key out.");
        }
    }

    private void AddObstacle(string property, UnknownNode unknown) => obstacles.Add($"its {property} cannot be known here: {unknown.Reason}");
}
