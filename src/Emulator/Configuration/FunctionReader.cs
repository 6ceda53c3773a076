using System.Globalization;
using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Configuration.Templates;
using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>
/// One function of a template as settings. What the command line gives is not asked of the template; a wrong value is an error with its line; a value
/// that cannot be known here is an obstacle: the function is left out, with the reason, and nothing is guessed.
/// </summary>
internal sealed partial class FunctionReader(
    TemplateFunction function, string templateFolder, EmulatorOptions options, Account account, Action<string> say)
{
    private const string OsOnlyRuntime = "provided";

    private readonly List<string> _obstacles = [];

    /// <summary>Why the function is left out, a clause each; none when it can run.</summary>
    public IReadOnlyList<string> Obstacles => _obstacles;

    /// <summary>Its settings; null when there are obstacles.</summary>
    /// <exception cref="ConfigurationException">The template has a value that AWS would refuse.</exception>
    public FunctionSettings? Read()
    {
        string name = ReadName();
        if (!CanRunHere())
            return null;
        FunctionCode? code = options.Bootstrap is null ? FindCode(name) : FunctionCode.Named(options.Bootstrap);
        string? handler = options.Handler ?? ReadHandler();
        double timeout = options.Timeout ?? Number("Timeout", 3, 1, 900, "--timeout SECONDS");
        int memory = options.MemorySize ?? Number("MemorySize", 128, 128, 10240, "--memory MB");
        bool hasUrl = HasUrl();
        AuthType auth = hasUrl ? options.Auth ?? ReadAuthType() : AuthType.AwsIam;
        InvokeMode? mode = hasUrl ? options.InvokeMode ?? UrlChoice("InvokeMode", SettingNames.InvokeModes, "--invoke-mode MODE") : null;
        CorsSettings? cors = hasUrl ? new CorsReader(function, _obstacles).Read() : null;
        if (_obstacles.Count > 0)
            return null;

        SayWhatIsNotReproduced();
        return new FunctionSettings
        {
            Name = name,
            Account = account,
            BootstrapPath = code!.Find() ?? code.Expected,
            Code = code,
            Handler = handler!,
            Timeout = TimeSpan.FromSeconds(timeout),
            MemorySize = memory,
            Environment = ReadEnvironment(),
            LogFormat = Logging("LogFormat", LoggingVariables.Formats),
            LogLevel = Logging("ApplicationLogLevel", LoggingVariables.Levels) ?? "INFO",
            HasUrl = hasUrl,
            AuthType = auth,
            Cors = cors,
            InvokeMode = mode ?? InvokeMode.Buffered,
        };
    }

    private string ReadName()
    {
        string name = Text(function.Property("FunctionName"), "FunctionName") ?? function.LogicalId;
        return FunctionName().IsMatch(name)
            ? name
            : throw function.Position.Error(
                "a function's name may have 64 letters, digits, hyphens and underscores. Correct its FunctionName, or its name in the template.");
    }

    // What runs elsewhere is not asked for more reasons.
    private bool CanRunHere()
    {
        if (Text(function.Property("PackageType"), "PackageType") == "Image")
        {
            _obstacles.Add("its PackageType is Image, and this emulator runs bootstrap executables, no container images");
            return false;
        }
        TemplateNode? node = function.Property("Runtime");
        string? runtime = options.Bootstrap is null || node is TextNode ? Required(node, "Runtime", "--bootstrap PATH") : null;
        if (runtime?.StartsWith(OsOnlyRuntime, StringComparison.Ordinal) != false)
            return true;
        _obstacles.Add($"its runtime is {runtime}, and this emulator runs the bootstrap executables of provided.al2 and provided.al2023");
        return false;
    }

    private string? ReadHandler()
    {
        TemplateNode? node = function.Property("Handler");
        string? handler = Required(node, "Handler", "--handler NAME");
        return handler is null || Handler().IsMatch(handler) ? handler
            : throw node!.Position.Error($"the Handler of {function.LogicalId} may have 128 characters, none of them a space. Correct it.");
    }

    // A folder with a bootstrap in it is code that can run here, and so is what a build made of sources; a zip is what goes to AWS.
    private FunctionCode? FindCode(string name)
    {
        TemplateNode? node = function.Metadata("aws:asset:path") ?? function.Property("CodeUri") ?? function.Property("Code");
        if (node is MapNode)
        {
            _obstacles.Add("its code is in an account, in S3 for example; name its executable with --bootstrap PATH");
            return null;
        }
        if (Required(node, "CodeUri", "--bootstrap PATH") is not { } uri)
            return null;
        if (uri.Contains("://", StringComparison.Ordinal))
        {
            _obstacles.Add($"its code is at {uri}, which is not read here; name its executable with --bootstrap PATH");
            return null;
        }
        if (uri.Contains('\0', StringComparison.Ordinal))
            throw node!.Position.Error("a path has no NUL characters. Correct it.");

        string path = Path.GetFullPath(uri, templateFolder);
        IReadOnlyList<string> binaries =
            function.Metadata("BuildProperties", "Binary") is TextNode binary ? [binary.Value] : [name, function.LogicalId];
        return uri.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || File.Exists(path)
            ? FunctionCode.OfZip(path)
            : FunctionCode.InFolder(Path.TrimEndingDirectorySeparator(path), templateFolder, function.LogicalId, binaries);
    }

    private bool HasUrl()
    {
        Truth has = function.HasUrl;
        if (has.Value is null)
            _obstacles.Add($"whether it has a URL cannot be known here: {has.Reason}");
        return has.Value == true;
    }

    private AuthType ReadAuthType()
    {
        if (function.UrlProperty("AuthType") is null)
        {
            throw function.Position.Error(
                $"the URL of {function.LogicalId} has no AuthType, and AWS refuses a URL without one. Add AuthType: AWS_IAM, or AuthType: NONE "
                    + "for a URL that anybody may call.");
        }
        return UrlChoice("AuthType", SettingNames.AuthTypes, "--auth NONE") ?? AuthType.AwsIam;
    }

    // Null: not there, or an obstacle.
    private T? UrlChoice<T>(string property, IReadOnlyDictionary<string, T> names, string option)
        where T : struct
    {
        TemplateNode? node = function.UrlProperty(property);
        if (Text(node, property, option) is not { } text)
            return null;
        return names.TryGetValue(text, out T value)
            ? value
            : throw node!.Position.Error(
                $"{property} of {function.LogicalId} is '{text}'. It is one of {string.Join(" and ", names.Keys)}; correct it.");
    }

    private int Number(string property, int fallback, int least, int most, string option)
    {
        TemplateNode? node = function.Property(property);
        if (Text(node, property, option) is not { } text)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw node!.Position.Error($"{property} of {function.LogicalId} is '{text}', not a number from {least} to {most}. Correct it.");
    }

    private string? Logging(string member, IReadOnlyList<string> allowed)
    {
        switch (function.Property("LoggingConfig", member))
        {
            case null:
                return null;
            case UnknownNode unknown:
                say($"{function.LogicalId}: its {member} is not set: {unknown.Reason}.");
                return null;
            case TextNode { Value: var value } when allowed.Contains(value):
                return value;
            case var other:
                throw other.Position.Error($"the {member} of {function.LogicalId} is none of {string.Join(", ", allowed)}. Correct it.");
        }
    }

    private Dictionary<string, string> ReadEnvironment()
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        TemplateNode? variables = function.Property("Environment", "Variables");
        if (variables is UnknownNode unknown)
            say($"{function.LogicalId}: its environment variables are not set: {unknown.Reason}. Give them with --env NAME=VALUE.");
        else if (variables is MapNode map)
            ReadVariables(map, known);
        else if (variables is not (null or NullNode))
            throw variables.Position.Error($"the environment variables of {function.LogicalId} have to be a mapping of names and values.");
        return known;
    }

    private void ReadVariables(MapNode map, Dictionary<string, string> known)
    {
        foreach ((string variable, TemplateNode value) in function.Members(map))
        {
            if (ProcessVariables.Reserved.Contains(variable))
                say($"{function.LogicalId}: the environment variable {variable} is left out: Lambda sets it itself and refuses it in a template.");
            else if (!Variable().IsMatch(variable))
                throw value.Position.Error(
                    $"an environment variable of {function.LogicalId} has a name that Lambda refuses: it begins with a letter, and letters, "
                        + "digits and underscores follow. Correct it.");
            else if (value is TextNode { Value: var text } && !text.Contains('\0', StringComparison.Ordinal))
                known[variable] = text;
            else if (value is not UnknownNode unknown)
                throw value.Position.Error(
                    $"the environment variable {variable} of {function.LogicalId} has to be text without NUL characters. Correct it.");
            else if (!options.Environment.ContainsKey(variable))
                say($"{function.LogicalId}: the environment variable {variable} is not set: {unknown.Reason}. Give one with --env {variable}=VALUE.");
        }
    }

    private void SayWhatIsNotReproduced()
    {
        List<string> unsupported = [.. function.Unsupported];
        if (unsupported.Count > 0)
            say($"{function.LogicalId}: not reproduced here: {string.Join(", ", unsupported)}.");
    }

    private string? Required(TemplateNode? node, string property, string option)
    {
        if (node is null)
            _obstacles.Add($"it has no {property}, without which it cannot be deployed; add one, or give {option}");
        return Text(node, property, option);
    }

    // Null: not there, or an obstacle.
    private string? Text(TemplateNode? node, string property, string? option = null)
    {
        switch (node)
        {
            case null:
                return null;
            case TextNode text:
                return text.Value;
            case UnknownNode unknown:
                _obstacles.Add(
                    $"its {property} cannot be known here: {unknown.Reason}{(option is null ? "" : $", or start the emulator with {option}")}");
                return null;
            default:
                throw node.Position.Error($"the {property} of {function.LogicalId} has to be text. Write a value, or leave the key out.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    public static partial Regex FunctionName();

    [GeneratedRegex(@"^[^\s\p{Cc}]{1,128}\z")]
    private static partial Regex Handler();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]+\z")]
    private static partial Regex Variable();
}
