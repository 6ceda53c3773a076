using System.Text.RegularExpressions;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>Where in the Lambda API a request goes. All its paths begin with a version, which is a date, and one of its kinds of resources.</summary>
/// <param name="Operation">What is asked for; null: nothing that the emulator has.</param>
/// <param name="Function">The function in the path, decoded; empty without an operation.</param>
internal sealed partial record LambdaApiRoute(LambdaApiOperation? Operation, string Function)
{
    /// <summary>Reads a path; null: it is not one of the Lambda API's, and so the function's own.</summary>
    public static LambdaApiRoute? Parse(string method, string rawPath)
    {
        if (!ApiPath().IsMatch(rawPath))
            return null;

        Match invoke = InvokePath().Match(rawPath);
        if (!HttpMethods.IsPost(method) || !invoke.Success)
            return new LambdaApiRoute(null, "");
        return new LambdaApiRoute(
            invoke.Groups["streaming"].Success ? LambdaApiOperation.InvokeWithResponseStream : LambdaApiOperation.Invoke,
            Uri.UnescapeDataString(invoke.Groups["function"].Value));
    }

    [GeneratedRegex(
        "^/20[0-9]{2}-[0-9]{2}-[0-9]{2}/(functions|event-source-mappings|layers|layers-by-arn|tags|account-settings|code-signing-configs|"
            + "capacity-providers|durable-executions|durable-execution-callbacks)(/|$)")]
    private static partial Regex ApiPath();

    [GeneratedRegex(
        "^/(2015-03-31/functions/(?<function>[^/]+)/invocations"
            + "|2021-11-15/functions/(?<function>[^/]+)/(?<streaming>response-streaming-invocations))$")]
    private static partial Regex InvokePath();
}

/// <summary>The operations of the Lambda API that run a function.</summary>
internal enum LambdaApiOperation
{
    /// <summary>The response in one piece, or none.</summary>
    Invoke,

    /// <summary>The response as an event stream.</summary>
    InvokeWithResponseStream,
}
