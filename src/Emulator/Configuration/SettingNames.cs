namespace StreamingLambda.Emulator.Configuration;

/// <summary>AWS's names for settings, said once: the command line, templates and the banner read and write these.</summary>
internal static class SettingNames
{
    /// <summary>Who may call a function URL.</summary>
    public static readonly IReadOnlyDictionary<string, AuthType> AuthTypes =
        new Dictionary<string, AuthType>(StringComparer.Ordinal) { ["NONE"] = AuthType.None, ["AWS_IAM"] = AuthType.AwsIam };

    /// <summary>How a function URL hands over the response.</summary>
    public static readonly IReadOnlyDictionary<string, InvokeMode> InvokeModes =
        new Dictionary<string, InvokeMode>(StringComparer.Ordinal)
        {
            ["BUFFERED"] = InvokeMode.Buffered,
            ["RESPONSE_STREAM"] = InvokeMode.ResponseStream,
        };

    /// <summary>Whether a stream that fails ends as if it were whole: names of the emulator's own, as AWS has no setting for it.</summary>
    public static readonly IReadOnlyDictionary<string, bool> StreamErrors =
        new Dictionary<string, bool>(StringComparer.Ordinal) { ["CUT"] = false, ["END"] = true };

    /// <summary>The name of a value.</summary>
    public static string NameOf<T>(IReadOnlyDictionary<string, T> names, T value) =>
        names.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Key;
}
