using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamingLambda.Emulator.Testing;

/// <summary>Options in the form of the emulator's command line, which knows what each may be, and its messages in this library's words.</summary>
internal static partial class OptionNames
{
    private static readonly Dictionary<string, string> Properties = new()
    {
        ["--bootstrap"] = nameof(LocalLambdaOptions.Path),
        ["--template"] = nameof(LocalLambdaOptions.Path),
        ["--function"] = nameof(LocalLambdaOptions.Function),
        ["--handler"] = nameof(LocalLambdaOptions.Handler),
        ["--timeout"] = nameof(LocalLambdaOptions.Timeout),
        ["--memory"] = nameof(LocalLambdaOptions.MemorySize),
        ["--auth"] = nameof(LocalLambdaOptions.RequiresSignature),
        ["--invoke-mode"] = nameof(LocalLambdaOptions.StreamsResponse),
        ["--env"] = nameof(LocalLambdaOptions.Environment),
        ["--parameter"] = nameof(LocalLambdaOptions.Parameters),
        ["--concurrency"] = nameof(LocalLambdaOptions.Concurrency),
        ["--max-concurrency"] = nameof(LocalLambdaOptions.MaxConcurrency),
        ["--no-limits"] = nameof(LocalLambdaOptions.NoLimits),
        ["--debug"] = nameof(LocalLambdaOptions.Debug),
        ["--writable"] = nameof(LocalLambdaOptions.WritesAnywhere),
        ["--wrap"] = nameof(LocalLambdaOptions.Wrap),
    };

    /// <summary>The arguments.</summary>
    public static string[] Arguments(LocalLambdaOptions options, Target target) =>
    [
        "--port", "0", "--no-page",
        .. Value("--template", target.Template),
        .. Value("--bootstrap", target.Bootstrap),
        .. Value("--function", options.Function),
        .. Value("--handler", options.Handler),
        .. Value("--timeout", options.Timeout?.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        .. Value("--memory", options.MemorySize?.ToString(CultureInfo.InvariantCulture)),
        .. Value("--auth", options.RequiresSignature is { } signed ? signed ? "AWS_IAM" : "NONE" : null),
        .. Value("--invoke-mode", options.StreamsResponse is { } streams ? streams ? "RESPONSE_STREAM" : "BUFFERED" : null),
        .. options.Environment.SelectMany(pair => Value("--env", $"{pair.Key}={pair.Value}")),
        .. options.Parameters.SelectMany(pair => Value("--parameter", $"{pair.Key}={pair.Value}")),
        .. Value("--concurrency", options.Concurrency.ToString(CultureInfo.InvariantCulture)),
        .. Value("--max-concurrency", options.MaxConcurrency?.ToString(CultureInfo.InvariantCulture)),
        .. Value("--wrap", options.Wrap),
        .. options.NoLimits ? ["--no-limits"] : Array.Empty<string>(),
        .. options.WritesAnywhere ? ["--writable"] : Array.Empty<string>(),
        .. options.Debug ? ["--debug"] : Array.Empty<string>(),
    ];

    /// <summary>A message of the emulator's.</summary>
    public static string Translate(string message) => Option().Replace(message.Trim(), match =>
        Properties.TryGetValue(match.Groups["option"].Value, out string? property) ? $"{nameof(LocalLambdaOptions)}.{property}" : match.Value);

    // One word, so that a value may begin with a hyphen.
    private static string[] Value(string option, string? value) => value is null ? [] : [$"{option}={value}"];

    [GeneratedRegex("(?<option>--[a-z-]+)( (PATH|NAME|NAME=VALUE|SECONDS|MB|MODE|N|NONE|COMMAND)\\b)?")]
    private static partial Regex Option();
}
