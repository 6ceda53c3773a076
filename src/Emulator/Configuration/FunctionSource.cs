using System.Globalization;
using StreamingLambda.Emulator.Configuration.Templates;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>Decides which functions there are, and how each is configured: the template, and the command line above it.</summary>
internal sealed class FunctionSource(EmulatorOptions options, Account account, EmulatorConsole console)
{
    private const string OsOnlyRuntime = "provided";

    /// <summary>All functions; those with a URL first.</summary>
    /// <exception cref="ConfigurationException">There is none that could run.</exception>
    public IReadOnlyList<FunctionSettings> Read(string directory)
    {
        string? path = options.Template ?? Template.Find(directory);
        if (path is null)
            return [Override(new FunctionSettings { Name = options.Function ?? "function", BootstrapPath = FindBootstrap(null, null), Account = account })];

        var template = Template.Read(path, account);
        List<FunctionSettings> functions = [.. template.Functions.Where(IsWanted).Select(function => Read(template, function)).OfType<FunctionSettings>()];
        if (options.Function is { } name && functions.Count == 0)
        {
            throw new ConfigurationException(
                $"{template.Path} has no function {name} that could run here. It has: {string.Join(", ", template.Functions.Select(function => function.LogicalId))}.");
        }
        if (!functions.Exists(function => function.HasUrl))
        {
            throw new ConfigurationException(
                $"{template.Path} has no function with a FunctionUrlConfig. Add one to a function of type AWS::Serverless::Function, or name another file with --template PATH.");
        }
        return [.. functions.OrderByDescending(function => function.HasUrl)];
    }

    private bool IsWanted(TemplateFunction function) =>
        options.Function is null || options.Function == function.LogicalId || options.Function == function.Text("FunctionName");

    private FunctionSettings? Read(Template template, TemplateFunction function)
    {
        string name = function.Text("FunctionName") ?? function.LogicalId;
        string? runtime = function.Text("Runtime");
        if (runtime is not null && !runtime.StartsWith(OsOnlyRuntime, StringComparison.Ordinal))
        {
            console.WriteLine($"{name}: left out. Its runtime is {runtime}; this emulator runs the bootstrap executables of provided.al2 and provided.al2023.");
            return null;
        }

        List<string> unsupported = [.. function.Unsupported];
        if (unsupported.Count > 0)
            console.WriteLine($"{name}: not reproduced here: {string.Join(", ", unsupported)}.");

        return Override(new FunctionSettings
        {
            Name = name,
            Account = account,
            BootstrapPath = FindBootstrap(CodeOf(template, function, name), ZipOf(template, function)),
            Handler = function.Text("Handler") ?? "bootstrap",
            Timeout = TimeSpan.FromSeconds(Number(function, name, "Timeout", 3, 1, 900)),
            MemorySize = Number(function, name, "MemorySize", 128, 128, 10240),
            Environment = EnvironmentOf(function, name),
            LogFormat = function.Text("LoggingConfig", "LogFormat"),
            LogLevel = function.Text("LoggingConfig", "ApplicationLogLevel") ?? "INFO",
            HasUrl = function.Url is not null,
            AuthType = function.UrlText("AuthType") == "NONE" ? AuthType.None : AuthType.AwsIam,
            Cors = function.Cors(name),
            InvokeMode = function.UrlText("InvokeMode") == "RESPONSE_STREAM" ? InvokeMode.ResponseStream : InvokeMode.Buffered,
        });
    }

    private Dictionary<string, string> EnvironmentOf(TemplateFunction function, string name)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string variable, string? value) in function.Environment())
        {
            if (ProcessVariables.Reserved.Contains(variable))
                console.WriteLine($"{name}: the environment variable {variable} is left out: Lambda sets it itself and refuses to deploy a function that does.");
            else if (value is not null)
                known[variable] = value;
            else if (!options.Environment.ContainsKey(variable))
                console.WriteLine($"{name}: the environment variable {variable} is not set: only an account knows its value. Give one with --env {variable}=VALUE.");
        }
        return known;
    }

    private static int Number(TemplateFunction function, string name, string property, int fallback, int least, int most)
    {
        if (!function.Has(property))
            return fallback;
        return int.TryParse(function.Text(property), CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new ConfigurationException($"{name}: {property} '{function.Text(property)}' in the template is not a number from {least} to {most}. Correct it there.");
    }

    // A folder with a bootstrap in it is code that can run here; a zip is what goes to AWS.
    private string? CodeOf(Template template, TemplateFunction function, string name)
    {
        if (function.Text("CodeUri") is not { } uri || uri.StartsWith("s3://", StringComparison.OrdinalIgnoreCase))
            return null;
        string bootstrap = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(template.Path)!, uri, "bootstrap"));
        if (File.Exists(bootstrap))
            return bootstrap;
        if (options.Bootstrap is null && !uri.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            console.WriteLine(
                $"{name}: there is no {bootstrap}, where its CodeUri points; the one that was built beside this emulator is taken instead, if there is one. "
                    + "Build the function into that folder, correct CodeUri, or name its executable with --bootstrap PATH.");
        }
        return null;
    }

    private static string? ZipOf(Template template, TemplateFunction function) =>
        function.Text("CodeUri") is { } uri && uri.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)
            ? Path.GetFullPath(uri, Path.GetDirectoryName(template.Path)!)
            : null;

    private FunctionSettings Override(FunctionSettings settings) => settings with
    {
        Handler = options.Handler ?? settings.Handler,
        AuthType = options.Auth ?? settings.AuthType,
        InvokeMode = options.InvokeMode ?? settings.InvokeMode,
        Timeout = options.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : settings.Timeout,
        MemorySize = options.MemorySize ?? settings.MemorySize,
        Environment = settings.Environment.Concat(options.Environment).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value),
        Doors = options.Doors,
        Concurrency = options.Concurrency,
        Throttle = options.Throttle,
        MaxConcurrency = options.MaxConcurrency ?? settings.MaxConcurrency,
        Limits = options.NoLimits ? Limits.None : settings.Limits,
    };

    private string FindBootstrap(string? code, string? zip)
    {
        if (options.Bootstrap is null)
        {
            return code ?? DefaultBootstrap.FindBesideEmulator() ?? DefaultBootstrap.FindNear(zip) ?? throw new ConfigurationException(
                $"There is no bootstrap to run{(zip is null ? "" : $": none in {Path.GetDirectoryName(zip)} or below, where CodeUri has {Path.GetFileName(zip)}")}. "
                    + "Build the function ('dotnet build'), or name its executable with --bootstrap PATH.");
        }

        string path = Path.GetFullPath(options.Bootstrap);
        if (Directory.Exists(path))
            path = Path.Combine(path, "bootstrap");
        if (!File.Exists(path))
            throw new ConfigurationException($"There is no executable at {path}. Build it first, or give its path with --bootstrap PATH.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0)
            throw new ConfigurationException($"{path} is not executable; Lambda would answer Runtime.InvalidEntrypoint. Run 'chmod +x {path}'.");
        return path;
    }
}
