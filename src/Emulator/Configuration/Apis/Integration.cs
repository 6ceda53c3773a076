using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Configuration.Apis;

/// <summary>What stands behind a method: which function, how the response is handed over, how long it may take.</summary>
/// <param name="Function">The function.</param>
/// <param name="Mode">How the response is handed over.</param>
/// <param name="Timeout">How long it may take; null: AWS's default.</param>
internal sealed partial record Integration(TemplateFunction Function, InvokeMode Mode, TimeSpan? Timeout)
{
    private const string Stream = "STREAM";
    private const int LeastTimeout = 50;

    /// <summary>More than 29 s needs a higher quota than an account has at first.</summary>
    private const int MostTimeoutBuffered = 300_000;
    private const int MostTimeoutStream = 900_000;
    private const int MostTimeoutHttp = 30_000;

    /// <summary>Reads one of CloudFormation (<c>Uri</c>) or of OpenAPI (<c>uri</c>); the members differ in nothing but their first letter.</summary>
    /// <exception cref="UnknownValueException">It leads to no function of the template.</exception>
    /// <exception cref="ConfigurationException">AWS would refuse it.</exception>
    public static Integration Read(MapNode integration, Func<string, string> spell, ApiKind kind, ApiValues values, FunctionNames functions)
    {
        string type = values.Required(integration, spell("Type"));
        if (!type.Equals("AWS_PROXY", StringComparison.OrdinalIgnoreCase))
            throw new UnknownValueException($"its integration is of type {type}, and only AWS_PROXY, a function, is reproduced");
        string uri = values.Required(integration, spell("Uri"));
        Match match = LambdaUri().Match(uri);
        if (!match.Success)
            throw new UnknownValueException($"its Uri '{uri}' is not that of a function");
        TemplateFunction function = functions.Find(match.Groups["function"].Value)
            ?? throw new UnknownValueException($"its function '{match.Groups["function"].Value}' is not in this template");

        bool isStreamed = values.Choice(integration, ["BUFFERED", Stream], spell("ResponseTransferMode")) == Stream;
        if (isStreamed != match.Groups["streaming"].Success)
        {
            throw integration.Position.Error(isStreamed
                ? "ResponseTransferMode STREAM needs a Uri with /2021-11-15/functions/ARN/response-streaming-invocations. Correct the Uri."
                : "a Uri with response-streaming-invocations needs ResponseTransferMode: STREAM. Add it, or use "
                    + "/2015-03-31/functions/ARN/invocations.");
        }
        return new Integration(
            function,
            isStreamed ? InvokeMode.ResponseStream : InvokeMode.Buffered,
            ReadTimeout(integration, spell("TimeoutInMillis"), kind, isStreamed, values));
    }

    /// <summary>The time that a response may take.</summary>
    public static TimeSpan? ReadTimeout(MapNode map, string key, ApiKind kind, bool isStreamed, ApiValues values)
    {
        int most = kind == ApiKind.Http ? MostTimeoutHttp : isStreamed ? MostTimeoutStream : MostTimeoutBuffered;
        return values.Milliseconds(map, LeastTimeout, most, key);
    }

    // arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations
    [GeneratedRegex(
        "^arn:[^:]*:apigateway:[^:]*:lambda:path/(2015-03-31/functions/(?<function>.+)/invocations"
            + "|2021-11-15/functions/(?<function>.+)/(?<streaming>response-streaming-invocations))$")]
    private static partial Regex LambdaUri();
}
