using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>The options, a row each: name, help, what is allowed, and where the value goes.</summary>
internal sealed class CommandLine
{
    private const string NoPath = "none";

    // Not a RootCommand, which is named like the file that runs and not like the tool.
    private readonly Command _root = new(
        "streaming-lambda-emulator",
        "Runs Lambda functions on this machine: any bootstrap executable, behind the function URL that it would have on AWS.");
    private readonly List<Func<EmulatorOptions, ParseResult, EmulatorOptions>> _rows = [];

    public CommandLine(Func<EmulatorOptions, Task<int>> run)
    {
        var defaults = new EmulatorOptions();

        AddNumber(new Option<int>("--port", "-p") { HelpName = "N", DefaultValueFactory = _ => defaults.Port },
            "Port of the first function URL; the next function gets the next port, and after them each API. 0: any free port.",
            (options, port) => options with { Port = port ?? defaults.Port },
            port => port is >= 0 and <= 65535, "a port is a number from 0 to 65535");

        Add(new Option<string>("--handler") { HelpName = "NAME" },
            "Handler to run: the function's _HANDLER.",
            (options, name) => options with { Handler = name });

        Add(new Option<string>("--bootstrap") { HelpName = "PATH" },
            "Executable to run, in any language, its folder, or a zip of it [default: the bootstrap that was built last]",
            (options, path) => options with { Bootstrap = path });

        var watch = new Option<bool>("--watch");
        Add(watch,
            "Build the function's project, now and whenever its sources change. A call waits for the build.",
            (options, isSet) => options with { Watch = isSet });

        var project = new Option<string>("--project") { HelpName = "PATH" };
        Add(project,
            "Project that --watch builds [default: the one in the template's folder or below that makes a bootstrap]",
            (options, path) => options with { Project = path });

        Add(new Option<string>("--template") { HelpName = "PATH" },
            "SAM or CloudFormation template [default: the first template.yaml, template.yml or template.json here or above]",
            (options, path) => options with { Template = path });

        AddPairs("--parameter",
            "Value of a parameter of the template, before its default. May be given several times.",
            (options, pairs) => options with { Parameters = pairs });

        Add(new Option<string>("--function") { HelpName = "NAME" },
            "Serve only this function of the template.",
            (options, name) => options with { Function = name });

        AddChoice("--auth", SettingNames.AuthTypes,
            "Who may call function URLs and APIs: NONE or AWS_IAM [default: as the template says, NONE without a template]",
            (options, auth) => options with { Auth = auth });

        AddChoice("--invoke-mode", SettingNames.InvokeModes,
            "How the response is handed over [default: the template's InvokeMode, RESPONSE_STREAM without a template]",
            (options, mode) => options with { InvokeMode = mode });

        AddNumber(new Option<double>("--timeout") { HelpName = "SECONDS" },
            "Seconds that an invocation may take, up to 900 [default: the template's Timeout, 60 without a template]",
            (options, seconds) => options with { Timeout = seconds },
            seconds => seconds is > 0 and <= 900, "Lambda allows more than 0 and at most 900 seconds");

        AddNumber(new Option<int>("--memory") { HelpName = "MB" },
            "Memory in MB that the function is told; not enforced [default: the template's MemorySize, else 128]",
            (options, size) => options with { MemorySize = size },
            size => size is >= 128 and <= 10240, "Lambda allows 128 to 10240 MB");

        AddPairs("--env",
            "Environment variable for the function. May be given several times.",
            (options, pairs) => options with { Environment = pairs });

        Add(new Option<string[]>("--env-file") { HelpName = "PATH" },
            "File with environment variables for the function, NAME=VALUE a line; --env comes first. May be given several times.",
            (options, paths) => options with { EnvironmentFiles = paths ?? [] });

        AddNumber(new Option<int>("--concurrency") { HelpName = "N", DefaultValueFactory = _ => defaults.Concurrency },
            "Processes that a function may have at a time; further requests wait their turn.",
            (options, count) => options with { Concurrency = count ?? defaults.Concurrency },
            count => count is >= 1 and <= 1000, "give a number from 1 to 1000");

        Add(new Option<bool>("--throttle"),
            "Refuse requests beyond the concurrency with 429, as Lambda does, instead of letting them wait.",
            (options, isSet) => options with { Throttle = isSet });

        AddNumber(new Option<int>("--max-concurrency") { HelpName = "N" },
            "Invocations that one process takes at a time: sets AWS_LAMBDA_MAX_CONCURRENCY, as on Managed Instances.",
            (options, count) => options with { MaxConcurrency = count },
            count => count is >= 1 and <= 1000, "give a number from 1 to 1000");

        Add(new Option<bool>("--writable"),
            "Let functions write wherever you may; on Lambda, and here without this, they write in /tmp only.",
            (options, isSet) => options with { WritesAnywhere = isSet });

        Add(new Option<bool>("--no-limits"),
            "Lift the limits on sizes and bandwidth.",
            (options, isSet) => options with { NoLimits = isSet });

        AddChoice("--api-stream-error", SettingNames.StreamErrors,
            "How a REST API ends a response whose function fails in the middle, which AWS does not document: CUT breaks the connection, END ends it "
                + "as if it were whole [default: CUT]",
            (options, ends) => options with { EndsFailedStreams = ends ?? false });

        Add(new Option<string>("--bind") { HelpName = "ADDRESS", DefaultValueFactory = _ => defaults.Bind.ToString() },
            "IP address to listen on. Anything but loopback lets other machines call the function.",
            (options, address) => options with { Bind = IPAddress.Parse(address!) },
            address => IPAddress.TryParse(address, out _), "give an IP address, 127.0.0.1 or 0.0.0.0 for example");

        Add(new Option<string[]>("--allow-host") { HelpName = "NAME" },
            "Name that requests may be for and web pages may come from, besides this machine's own: a tunnel's or a container's. "
                + "May be given several times.",
            (options, names) => options with { Doors = options.Doors with { AllowedHosts = names ?? [] } },
            names => names?.All(name => Uri.CheckHostName(name) != UriHostNameType.Unknown) != false,
            "give a name without scheme and port, abc.example.com for example");

        Add(new Option<string>("--invoke-path") { HelpName = $"PATH|{NoPath}", DefaultValueFactory = _ => DoorSettings.DefaultInvokePath },
            $"Path that takes ready-made events, unsigned; {NoPath}: no path does.",
            (options, path) => options with { Doors = options.Doors with { InvokePath = path == NoPath ? null : path } },
            path => path == NoPath || (path is ['/', _, ..] && !path.AsSpan().ContainsAny("?# ")),
            $"give a path, /_invoke for example, or {NoPath}");

        Add(new Option<bool>("--no-page"),
            "Without the page that shows each invocation live; it has the port below --port, on this machine only.",
            (options, isSet) => options with { Doors = options.Doors with { HasPage = !isSet } });

        Add(new Option<bool>("--debug"),
            "For a debugger: no time limit ends a start, an invocation or a stop, and each process is named by its id.",
            (options, isSet) => options with { Debug = isSet });

        Add(new Option<string>("--wrap") { HelpName = "COMMAND" },
            "Program, with its arguments, that starts the executable: 'strace -f', 'gdbserver :1234', "
                + "'qemu-aarch64-static -L /usr/aarch64-linux-gnu'.",
            (options, command) => options with { Wrap = command });

        Add(new Option<bool>("--json"),
            "Say everything as JSON, one object a line.",
            (options, isSet) => options with { Json = isSet });

        Add(new Option<string>("--ready-file") { HelpName = "PATH" },
            "File to write when everything listens, with the addresses as JSON; it is removed at the end.",
            (options, path) => options with { ReadyFile = path });

        _root.Validators.Add(result =>
        {
            if (result.GetResult(project) is not null && !result.GetValue(watch))
                result.AddError($"{project.Name} names what {watch.Name} builds: add {watch.Name}, or leave it out.");
        });
        _root.Add(new HelpOption());
        _root.Add(new VersionOption());
        _root.SetAction((result, _) => run(_rows.Aggregate(defaults, (options, row) => row(options, result))));
    }

    /// <summary>Runs the command line; the result is the exit code.</summary>
    public async Task<int> InvokeAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        ParseResult result = _root.Parse(arguments);
        if (result.Action is ParseErrorAction mistake)
        {
            // A page of options would move the sentence that says what is wrong out of sight. What is left for the output is what may have been
            // meant.
            mistake.ShowHelp = false;
            output = error;
        }
        int exitCode = await result.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null });
        return result.Action is ParseErrorAction ? ExitCodes.WrongCommandLine : exitCode;
    }

    private void Add<T>(
        Option<T> option, string description, Func<EmulatorOptions, T?, EmulatorOptions> set, Func<T?, bool>? isAllowed = null, string rule = "")
    {
        option.Description = description;
        if (isAllowed is not null)
            Require(option, isAllowed, rule);
        _root.Add(option);
        _rows.Add((options, result) => set(options, result.GetValue(option)));
    }

    private void AddNumber<T>(
        Option<T> option, string description, Func<EmulatorOptions, T?, EmulatorOptions> set, Func<T, bool> isAllowed, string rule)
        where T : struct, INumber<T>
    {
        option.Description = description;
        option.CustomParser = argument =>
        {
            string text = argument.Tokens[^1].Value;
            if (!T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) || !isAllowed(value))
                argument.AddError($"{option.Name} {text}: {rule}.");
            return value;
        };
        _root.Add(option);
        _rows.Add((options, result) => set(options, result.GetResult(option) is null ? null : result.GetValue(option)));
    }

    private void AddPairs(string name, string description, Func<EmulatorOptions, IReadOnlyDictionary<string, string>, EmulatorOptions> set) =>
        Add(new Option<string[]>(name) { HelpName = "NAME=VALUE" },
            description,
            (options, pairs) => set(options, Pairs(pairs)),
            pairs => pairs?.All(pair => pair.IndexOf('=', StringComparison.Ordinal) > 0) != false, "give NAME=VALUE");

    private void AddChoice<T>(string name, IReadOnlyDictionary<string, T> names, string description, Func<EmulatorOptions, T?, EmulatorOptions> set)
        where T : struct =>
        Add(new Option<string>(name) { HelpName = string.Join('|', names.Keys) }.AcceptOnlyFromAmong([.. names.Keys]),
            description,
            (options, value) => set(options, value is null ? null : names[value]));

    // The last one of a name counts.
    private static Dictionary<string, string> Pairs(string[]? pairs)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in pairs ?? [])
            values[pair.Split('=', 2)[0]] = pair.Split('=', 2)[1];
        return values;
    }

    private static void Require<T>(Option<T> option, Func<T?, bool> isAllowed, string rule) => option.Validators.Add(result =>
    {
        if (result.Errors.Any())
            return;
        try
        {
            if (!isAllowed(result.GetValueOrDefault<T>()))
                result.AddError($"{option.Name} {string.Join(' ', result.Tokens.Select(token => token.Value))}: {rule}.");
        }
        catch (InvalidOperationException)
        {
            // Not even the right kind of value; the parser says so itself.
        }
    });
}
