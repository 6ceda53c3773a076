using System.Globalization;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>All functions, and the APIs that lead to them.</summary>
/// <param name="Functions">Those with a URL first.</param>
/// <param name="Apis">The REST APIs and HTTP APIs.</param>
internal sealed record FunctionsJson(IReadOnlyList<FunctionJson> Functions, IReadOnlyList<ServedApiJson> Apis);

/// <summary>A function: what is set, and how to call it.</summary>
internal sealed record FunctionJson
{
    public required string Name { get; init; }

    /// <summary>Its function URL, null when it has none.</summary>
    public Uri? Url { get; init; }

    /// <summary>A line to paste that calls it.</summary>
    public required string Curl { get; init; }

    /// <summary>What a developer may have set, by AWS's names.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Describes a function.</summary>
    public static FunctionJson Of(ServedFunction served)
    {
        FunctionSettings settings = served.Function.Settings;
        var shown = new Dictionary<string, string>
        {
            ["Handler"] = settings.Handler,
            ["Timeout"] = string.Create(CultureInfo.InvariantCulture, $"{settings.Timeout.TotalSeconds} s"),
            ["MemorySize"] = string.Create(CultureInfo.InvariantCulture, $"{settings.MemorySize} MB"),
        };
        if (settings.HasUrl)
        {
            shown["InvokeMode"] = SettingNames.NameOf(SettingNames.InvokeModes, settings.InvokeMode);
            shown["AuthType"] = SettingNames.NameOf(SettingNames.AuthTypes, settings.AuthType);
        }
        if (settings.LogFormat is { } logFormat)
            shown["LogFormat"] = logFormat;
        if (settings.MaxConcurrency is { } slots)
            shown["MaxConcurrency"] = slots.ToString(CultureInfo.InvariantCulture);
        if (settings.Environment.Count > 0)
            shown["Environment"] = string.Join(", ", settings.Environment.Keys);
        shown["Bootstrap"] = BootstrapFiles.Read(settings.BootstrapPath).Description;
        return new FunctionJson
        {
            Name = settings.Name,
            Url = settings.HasUrl ? served.Url : null,
            Curl = settings.HasUrl
                ? CurlLine.Of(settings.AuthType == AuthType.AwsIam ? settings.Account : null, served.Url.AbsoluteUri)
                : CurlLine.Of(settings.Account, $"--data-binary '{{}}' {new Uri(served.Url, Calls.ApiPath(settings.Name))}"),
            Settings = shown,
        };
    }
}
