using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>The options, their help and their errors.</summary>
internal sealed class CommandLine
{
    private const string NoPath = "none";

    private readonly Option<int> _port = new("--port", "-p")
    {
        Description = "Port of the first function URL; the next function gets the next port. 0: any free port.",
        DefaultValueFactory = _ => 7000,
    };

    private readonly Option<string> _handler = new("--handler") { Description = "Handler to run: the function's _HANDLER.", HelpName = "NAME" };

    private readonly Option<string> _bootstrap = new("--bootstrap")
    {
        Description = "Executable to run, in any language [default: the bootstrap that was built last]",
        HelpName = "PATH",
    };

    private readonly Option<string> _template = new("--template")
    {
        Description = "SAM or CloudFormation template [default: the first template.yaml here or above]",
        HelpName = "PATH",
    };

    private readonly Option<string> _function = new("--function") { Description = "Serve only this function of the template.", HelpName = "NAME" };

    private readonly Option<string?> _auth = new Option<string?>("--auth")
    {
        Description = "Who may call the function URL: NONE or AWS_IAM [default: the template's AuthType, else NONE]",
        HelpName = "NONE|AWS_IAM",
    }.AcceptOnlyFromAmong("NONE", "AWS_IAM");

    private readonly Option<string?> _invokeMode = new Option<string?>("--invoke-mode")
    {
        Description = "RESPONSE_STREAM or BUFFERED [default: the template's InvokeMode, else RESPONSE_STREAM]",
        HelpName = "MODE",
    }.AcceptOnlyFromAmong("RESPONSE_STREAM", "BUFFERED");

    private readonly Option<double?> _timeout = new("--timeout")
    {
        Description = "Seconds that an invocation may take, up to 900 [default: the template's Timeout, 60 without a template]",
        HelpName = "SECONDS",
    };

    private readonly Option<int?> _memory = new("--memory")
    {
        Description = "Memory in MB that the function is told; not enforced [default: the template's MemorySize, else 128]",
        HelpName = "MB",
    };

    private readonly Option<string[]> _environment = new("--env")
    {
        Description = "Environment variable for the function. May be given several times.",
        HelpName = "NAME=VALUE",
    };

    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "Processes that a function may have at a time; further requests wait their turn.",
        HelpName = "N",
        DefaultValueFactory = _ => EmulatorOptions.DefaultConcurrency,
    };

    private readonly Option<bool> _throttle = new("--throttle")
    {
        Description = "Refuse requests beyond the concurrency with 429, as Lambda does, instead of letting them wait.",
    };

    private readonly Option<int?> _maxConcurrency = new("--max-concurrency")
    {
        Description = "Invocations that one process takes at a time: sets AWS_LAMBDA_MAX_CONCURRENCY, as on Managed Instances.",
        HelpName = "N",
    };

    private readonly Option<bool> _noLimits = new("--no-limits") { Description = "Lift the limits on sizes and bandwidth." };

    private readonly Option<string> _bind = new("--bind")
    {
        Description = "IP address to listen on. Anything but loopback lets other machines call the function.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => IPAddress.Loopback.ToString(),
    };

    private readonly Option<string[]> _allowHost = new("--allow-host")
    {
        Description = "Name that requests may be for and web pages may come from, besides this machine's own: a tunnel's or a container's. "
            + "May be given several times.",
        HelpName = "NAME",
    };

    private readonly Option<string> _invokePath = new("--invoke-path")
    {
        Description = "Path that takes ready-made events, unsigned; none: no path does.",
        HelpName = "PATH|none",
        DefaultValueFactory = _ => DoorSettings.DefaultInvokePath,
    };

    private readonly RootCommand _root;

    public CommandLine(Func<EmulatorOptions, Task<int>> run)
    {
        Require(_port, port => port is >= 0 and <= 65535, "a port is a number from 0 to 65535");
        Require(_timeout, timeout => timeout is null or (> 0 and <= 900), "Lambda allows more than 0 and at most 900 seconds");
        Require(_memory, memory => memory is null or (>= 128 and <= 10240), "Lambda allows 128 to 10240 MB");
        Require(_concurrency, count => count is >= 1 and <= 1000, "give a number from 1 to 1000");
        Require(_maxConcurrency, count => count is null or (>= 1 and <= 1000), "give a number from 1 to 1000");
        Require(_bind, address => IPAddress.TryParse(address, out _), "give an IP address, 127.0.0.1 or 0.0.0.0 for example");
        Require(
            _allowHost,
            names => names?.All(name => Uri.CheckHostName(name) != UriHostNameType.Unknown) != false,
            "give a name without scheme and port, abc.example.com for example");
        Require(
            _invokePath,
            path => path == NoPath || (path is ['/', _, ..] && !path.AsSpan().ContainsAny("?# ")),
            "give a path, /_invoke for example, or none");
        Require(_environment, pairs => pairs?.All(pair => pair.IndexOf('=', StringComparison.Ordinal) > 0) != false, "give NAME=VALUE");

        _root = new RootCommand("Runs Lambda functions on this machine: any bootstrap executable, behind the function URL that it would have on AWS.")
        {
            _port, _handler, _bootstrap, _template, _function, _auth, _invokeMode, _timeout, _memory, _environment, _concurrency,
            _throttle, _maxConcurrency, _noLimits, _bind, _allowHost, _invokePath,
        };
        _root.SetAction((result, _) => run(Read(result)));
    }

    /// <summary>Runs the command line; the result is the exit code.</summary>
    public Task<int> InvokeAsync(string[] arguments, TextWriter output, TextWriter error) =>
        _root.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null });

    private static void Require<T>(Option<T> option, Func<T?, bool> isValid, string rule) => option.Validators.Add(result =>
    {
        if (result.Errors.Any())
            return;
        try
        {
            if (!isValid(result.GetValueOrDefault<T>()))
                result.AddError($"{option.Name} {Given(result)}: {rule}.");
        }
        catch (InvalidOperationException)
        {
            // Not even the right kind of value; the parser says so itself.
        }
    });

    private static string Given(OptionResult result) => string.Join(' ', result.Tokens.Select(token => token.Value));

    private EmulatorOptions Read(ParseResult result) => new()
    {
        Port = result.GetValue(_port),
        Bind = IPAddress.Parse(result.GetValue(_bind)!),
        Handler = result.GetValue(_handler),
        Bootstrap = result.GetValue(_bootstrap),
        Template = result.GetValue(_template),
        Function = result.GetValue(_function),
        Auth = result.GetValue(_auth) switch { "NONE" => AuthType.None, "AWS_IAM" => AuthType.AwsIam, _ => null },
        InvokeMode = result.GetValue(_invokeMode) switch { "BUFFERED" => InvokeMode.Buffered, "RESPONSE_STREAM" => InvokeMode.ResponseStream, _ => null },
        Timeout = result.GetValue(_timeout),
        MemorySize = result.GetValue(_memory),
        Environment = (result.GetValue(_environment) ?? []).Select(pair => pair.Split('=', 2)).GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1]),
        Concurrency = result.GetValue(_concurrency),
        Throttle = result.GetValue(_throttle),
        MaxConcurrency = result.GetValue(_maxConcurrency),
        NoLimits = result.GetValue(_noLimits),
        Doors = new DoorSettings
        {
            AllowedHosts = result.GetValue(_allowHost) ?? [],
            InvokePath = result.GetValue(_invokePath) is var path && path == NoPath ? null : path,
        },
    };
}
