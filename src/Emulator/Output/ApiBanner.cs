using System.Globalization;
using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Output;

/// <summary>What the developer reads first of an API: where it listens, its routes, and a line to paste.</summary>
internal static partial class ApiBanner
{
    /// <summary>Prints it.</summary>
    /// <param name="console">The console.</param>
    /// <param name="api">The API.</param>
    /// <param name="url">The address of its port.</param>
    public static void Print(EmulatorConsole console, ApiSettings api, string url)
    {
        string root = url.TrimEnd('/') + api.StagePath;
        console.WriteLine($"{api.Name} ({(api.Kind == ApiKind.Rest ? "REST" : "HTTP")} API) listens on {root}/");
        foreach (RouteSettings route in api.Routes)
            console.WriteLine($"  {Describe(route)}");
        console.WriteLine();
        if (CurlOf(api, root) is { } curl)
            console.WriteLine($"  {curl}");
        console.WriteLine();
    }

    /// <summary>A route in one line.</summary>
    public static string Describe(RouteSettings route)
    {
        string mode = route.Mode == InvokeMode.ResponseStream ? "STREAM" : "BUFFERED";
        string timeout = route.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return $"{route.Method} {route.Resource} -> {route.Function}, {mode}, timeout {timeout} s, {Auth(route.Auth)}";
    }

    /// <summary>A line to paste that calls the first route that is not closed; null: all are.</summary>
    /// <param name="api">The API.</param>
    /// <param name="root">Its address with the stage, without a slash at the end.</param>
    public static string? CurlOf(ApiSettings api, string root) =>
        api.Routes.FirstOrDefault(route => route.Auth.Authorizer is null) is { } open ? Call(api, open, root) : null;

    private static string Auth(RouteAuth auth)
    {
        string who = auth.Authorizer is { } authorizer ? $"closed: authorizer {authorizer}" : $"auth {(auth.IsSigned ? "AWS_IAM" : "NONE")}";
        return auth.NeedsKey ? $"{who}, with an API key" : who;
    }

    private static string Call(ApiSettings api, RouteSettings route, string root)
    {
        string curl = route.Auth.IsSigned ? CurlLine.Signed(api.Account, RouteAuth.Service) : "curl -N";
        string method = route.Method is RouteSettings.AnyMethod or "GET" ? "" : $" -X {route.Method}";
        string key = route.Auth.NeedsKey ? $" -H '{RouteAuth.KeyHeader}: {api.Keys[0]}'" : "";
        string path = route.Resource == ApiSettings.DefaultStage ? "/" : Parameter().Replace(route.Resource, "$1");
        return $"{curl}{method}{key} {root}{path}";
    }

    // {id} and {proxy+} as a value that a shell takes as it is.
    [GeneratedRegex(@"\{([^}+]+)\+?\}")]
    private static partial Regex Parameter();
}
