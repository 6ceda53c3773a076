using StreamingLambda.Emulator.Building;
using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>Who may call a function URL.</summary>
internal enum AuthType
{
    /// <summary>Anyone.</summary>
    None,

    /// <summary>Callers who sign their requests with AWS Signature Version 4.</summary>
    AwsIam,
}

/// <summary>How a function URL hands over the response.</summary>
internal enum InvokeMode
{
    /// <summary>In one piece, when it is complete: at most 6 MB.</summary>
    Buffered,

    /// <summary>As the function produces it: at most 200 MB.</summary>
    ResponseStream,
}

/// <summary>A function's configuration: what would stand in its template and in the account it is deployed to.</summary>
internal sealed record FunctionSettings
{
    /// <summary>The function's name, unique in the emulator.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the executable that Lambda would find as <c>bootstrap</c> at the root of the zip.</summary>
    public required string BootstrapPath { get; init; }

    /// <summary>Where the executable is looked for anew with each invocation; null: <see cref="BootstrapPath"/> is all there is.</summary>
    public FunctionCode? Code { get; init; }

    /// <summary>What builds the executable whenever its sources change; null: the developer does.</summary>
    public WatchedBuild? Build { get; init; }

    /// <summary>What the function gets as <c>_HANDLER</c>.</summary>
    public string Handler { get; init; } = "bootstrap";

    /// <summary>How long an invocation may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long init may take; after it Lambda starts over, as part of the invocation. Where a process takes several invocations at a time,
    /// 130 s instead.
    /// </summary>
    public TimeSpan InitLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process with a registered extension has between SIGTERM and SIGKILL.</summary>
    public TimeSpan ShutdownWindow { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether somebody looks at it with a debugger, and wants to know its process.</summary>
    public bool IsDebugged { get; init; }

    /// <summary>The program that starts the executable and its own arguments; none: the executable is started itself.</summary>
    public IReadOnlyList<string> Wrap { get; init; } = [];

    /// <summary>Memory in MB. Reported to the function, not enforced.</summary>
    public int MemorySize { get; init; } = 128;

    /// <summary>The function's own environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary><c>Text</c> or <c>JSON</c>, for <c>AWS_LAMBDA_LOG_FORMAT</c>; null, where nobody chose one: the variable is not there.</summary>
    public string? LogFormat { get; init; }

    /// <summary>Level for <c>AWS_LAMBDA_LOG_LEVEL</c>; Lambda sets it for JSON logs only.</summary>
    public string LogLevel { get; init; } = "INFO";

    /// <summary>Whether it has a function URL. Without one it is reached through the Lambda API only.</summary>
    public bool HasUrl { get; init; } = true;

    /// <summary>Who may call the function URL.</summary>
    public AuthType AuthType { get; init; } = AuthType.None;

    /// <summary>Which web pages may call the function URL; null: the function answers such questions itself.</summary>
    public CorsSettings? Cors { get; init; }

    /// <summary>Which callers get in besides those who AWS lets in.</summary>
    public DoorSettings Doors { get; init; } = new();

    /// <summary>How the function URL hands over the response.</summary>
    public InvokeMode InvokeMode { get; init; } = InvokeMode.ResponseStream;

    /// <summary>How many processes there may be at a time.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Whether a request beyond the concurrency is refused with 429 instead of waiting its turn.</summary>
    public bool Throttle { get; init; }

    /// <summary>How many invocations one process takes at a time: <c>AWS_LAMBDA_MAX_CONCURRENCY</c>, null outside that mode.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Whether it may write wherever the developer may, instead of in /tmp only.</summary>
    public bool WritesAnywhere { get; init; }

    /// <summary>Whether it is held to the folders that it may write in on Lambda: not every system can do that.</summary>
    public bool IsHeldToWritableFolders => !WritesAnywhere && WritableFolders.CanBeEnforced;

    /// <summary>Sizes and rates.</summary>
    public Limits Limits { get; init; } = Limits.Lambda;

    /// <summary>The Amazon Resource Name that invocations carry.</summary>
    public string Arn => Account.FunctionArn(Name);

    /// <summary>The same function with the executable that was built last.</summary>
    public FunctionSettings WithNewestCode(TimeProvider time) => Code?.FindNow(time) is { } path && path != BootstrapPath
        ? this with { BootstrapPath = path } : this;

    /// <summary>The account and credentials that it seems to run in.</summary>
    public required Account Account { get; init; }
}
