using StreamingLambda.Emulator.Building;
using StreamingLambda.Emulator.Configuration.Apis;
using StreamingLambda.Emulator.Configuration.Templates;
using StreamingLambda.Emulator.Environments;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>Decides which functions there are, and how each is configured: the template, and the command line above it.</summary>
internal sealed class FunctionSource(EmulatorOptions options, Account account, EmulatorConsole console, WatchedBuild? build = null)
{
    /// <summary>What stands for no limit: one that nobody waits for. A function computes with its deadline, so there is one.</summary>
    private static readonly TimeSpan NoLimit = TimeSpan.FromDays(1);

    private readonly IReadOnlyList<string> _wrap = WrapCommand.Read(options.Wrap, System.Environment.GetEnvironmentVariable);

    /// <summary>The APIs that lead to the functions that were read.</summary>
    public IReadOnlyList<ApiSettings> Apis { get; private set; } = [];

    /// <summary>All functions; those with a URL first.</summary>
    /// <exception cref="ConfigurationException">There is none that could run.</exception>
    public IReadOnlyList<FunctionSettings> Read(string directory)
    {
        if (options.Environment.Keys.FirstOrDefault(ProcessVariables.Reserved.Contains) is { } reserved)
            throw new ConfigurationException(
                $"--env {reserved}: Lambda sets this variable itself and refuses it in a function's configuration. Leave it out. What sets it here "
                    + "is an option (--handler, --memory), the template, or the emulator's own environment (AWS_REGION and the credentials).");
        options = options with { Environment = WithFiles() };
        if (options.Debug)
        {
            Say("--debug: a start (10 s on AWS), an invocation (its timeout, and an API's), a pause of a stream (an API's idle limit) and a stop "
                + "(500 ms) may each take a day. Ctrl+C twice ends everything at once.");
        }
        return (options.Template ?? TemplateFile.Find(directory)) is { } path ? ReadTemplate(path) : [WithoutTemplate()];
    }

    private Dictionary<string, string> WithFiles()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in options.EnvironmentFiles.SelectMany(EnvironmentFile.Read).Concat(options.Environment))
            variables[name] = value;
        return variables;
    }

    private FunctionSettings WithoutTemplate()
    {
        if (options.Parameters.Count > 0)
            throw new ConfigurationException(
                $"--parameter {options.Parameters.Keys.First()}: there is no template here or above that has parameters. Name one with --template "
                    + "PATH.");
        string name = options.Function ?? "function";
        if (!FunctionReader.FunctionName().IsMatch(name))
            throw new ConfigurationException("--function: a function's name may have 64 letters, digits, hyphens and underscores.");
        FunctionCode code = options.Bootstrap is { } given ? FunctionCode.Named(given) : FunctionCode.BesideEmulator();
        return Override(
            new FunctionSettings { Name = name, BootstrapPath = code.Find() ?? throw NothingToRun(code), Code = code, Account = account });
    }

    private IReadOnlyList<FunctionSettings> ReadTemplate(string path)
    {
        var template = Template.Read(path, options.Parameters, account);
        foreach (string remark in template.Remarks)
            Say(remark);
        List<TemplateFunction> wanted = [.. template.Functions.Where(IsWanted)];
        if (wanted.Count == 0)
            throw NoFunction(template);

        var functions = new List<FunctionSettings>();
        var names = new Dictionary<TemplateFunction, string>();
        var leftOut = new List<string>();
        foreach (TemplateFunction function in wanted)
        {
            var reader = new FunctionReader(function, Path.GetDirectoryName(template.Path)!, options, account, Say);
            if (reader.Read() is { } settings)
            {
                functions.Add(Override(settings));
                names[function] = settings.Name;
            }
            else
                leftOut.Add($"{function.LogicalId} is left out: {string.Join("; ", reader.Obstacles)}.");
        }
        if (functions.Count == 0)
            throw new ConfigurationException($"{template.Path} has no function that can run here. {string.Join(' ', leftOut)}");
        foreach (string reason in leftOut)
            Say(reason);
        CheckNames(template, functions);
        CheckBuilds(functions);
        var apis = new ApiSource(options, account, Say);
        Apis = [.. template.Apis.Select(api => apis.Read(api, template.ApiKeys, names)).OfType<ApiSettings>().Select(Override)];
        return [.. functions.OrderByDescending(function => function.HasUrl)];
    }

    private void Say(string line) => console.WriteLine(Printable.Of(line));

    private bool IsWanted(TemplateFunction function) =>
        options.Function is null || options.Function == function.LogicalId
            || options.Function == (function.Property("FunctionName") as TextNode)?.Value;

    private ConfigurationException NoFunction(Template template) => template.Functions.Count == 0
        ? new ConfigurationException(
            $"{template.Path} has no function: no resource of type {References.SamFunction} or {References.PlainFunction}. Add one, or name "
                + "another file with --template PATH.")
        : new ConfigurationException(
            $"{template.Path} has no function {options.Function}. It has: "
                + $"{string.Join(", ", template.Functions.Select(function => function.LogicalId))}.");

    private static void CheckNames(Template template, IEnumerable<FunctionSettings> functions)
    {
        if (functions.GroupBy(function => function.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ConfigurationException(
                $"{template.Path} has two functions with the name {twice.Key}. Give each a FunctionName of its own, or choose one with --function.");
    }

    // A function that is not built fails as it would on AWS, and runs as soon as it is built; where none is, there is nothing to start for.
    private void CheckBuilds(List<FunctionSettings> functions)
    {
        List<FunctionSettings> notBuilt = functions.FindAll(function => function.Code!.Find() is null);
        if (notBuilt.Count == functions.Count && !options.Watch)
            throw NothingToRun(notBuilt[0].Code!);
        foreach (FunctionSettings function in notBuilt)
        {
            Say($"{function.Name} is not built: there is no bootstrap, {function.Code!.Missing}. Until there is one, its invocations fail. "
                + "Build it, or correct its CodeUri.");
        }
    }

    private static ConfigurationException NothingToRun(FunctionCode code) =>
        new($"There is no bootstrap to run: {code.Missing}. Build the function, or name its executable with --bootstrap PATH.");

    private ApiSettings Override(ApiSettings api) => !options.Debug ? api : api with
    {
        IdleLimit = NoLimit,
        Routes = [.. api.Routes.Select(route => route with { Timeout = NoLimit })],
    };

    private FunctionSettings Override(FunctionSettings settings) => settings with
    {
        Handler = options.Handler ?? settings.Handler,
        AuthType = options.Auth ?? settings.AuthType,
        InvokeMode = options.InvokeMode ?? settings.InvokeMode,
        Timeout = options.Debug ? NoLimit : options.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : settings.Timeout,
        MemorySize = options.MemorySize ?? settings.MemorySize,
        LogFormat = LoggingVariables.Read(options.Environment, LoggingVariables.Format, LoggingVariables.Formats) ?? settings.LogFormat,
        LogLevel = LoggingVariables.Read(options.Environment, LoggingVariables.Level, LoggingVariables.Levels) ?? settings.LogLevel,
        Environment = settings.Environment.Concat(options.Environment).GroupBy(pair => pair.Key).ToDictionary(
            group => group.Key, group => group.Last().Value),
        Doors = options.Doors,
        Concurrency = options.Concurrency,
        Throttle = options.Throttle,
        WritesAnywhere = options.WritesAnywhere,
        Build = build,
        MaxConcurrency = options.MaxConcurrency ?? settings.MaxConcurrency,
        Limits = options.NoLimits ? Limits.None : settings.Limits,
        InitLimit = options.Debug ? NoLimit : settings.InitLimit,
        ShutdownWindow = options.Debug ? NoLimit : settings.ShutdownWindow,
        IsDebugged = options.Debug,
        Wrap = _wrap,
    };
}
