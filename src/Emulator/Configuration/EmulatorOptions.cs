using System.Net;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>What the command line asks for. Null: the template decides, or the default.</summary>
internal sealed record EmulatorOptions
{
    /// <summary>Lambda starts as many processes as there are requests at a time; a developer's machine has fewer of both.</summary>
    public const int DefaultConcurrency = 10;

    /// <summary>Port of the first function URL; the next ones follow.</summary>
    public int Port { get; init; } = 7000;

    /// <summary>Address to listen on.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>The executable.</summary>
    public string? Bootstrap { get; init; }

    /// <summary>Value for <c>_HANDLER</c>.</summary>
    public string? Handler { get; init; }

    /// <summary>The template, when it is not the one found.</summary>
    public string? Template { get; init; }

    /// <summary>Values of the template's parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Serve only this function.</summary>
    public string? Function { get; init; }

    /// <summary>Who may call.</summary>
    public AuthType? Auth { get; init; }

    /// <summary>How responses are handed over.</summary>
    public InvokeMode? InvokeMode { get; init; }

    /// <summary>Timeout in seconds.</summary>
    public double? Timeout { get; init; }

    /// <summary>Memory in MB.</summary>
    public int? MemorySize { get; init; }

    /// <summary>Processes per function.</summary>
    public int Concurrency { get; init; } = DefaultConcurrency;

    /// <summary>Whether a request beyond the concurrency is refused with 429 instead of waiting its turn.</summary>
    public bool Throttle { get; init; }

    /// <summary>Invocations per process, for the concurrent mode.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Whether the function's project is built whenever its sources change.</summary>
    public bool Watch { get; init; }

    /// <summary>The project that is watched, when it is not the one found.</summary>
    public string? Project { get; init; }

    /// <summary>Whether functions may write wherever the developer may.</summary>
    public bool WritesAnywhere { get; init; }

    /// <summary>Whether Lambda's limits are lifted.</summary>
    public bool NoLimits { get; init; }

    /// <summary>Whether a REST API's response that fails in the middle ends as if it were whole.</summary>
    public bool EndsFailedStreams { get; init; }

    /// <summary>Who gets in.</summary>
    public DoorSettings Doors { get; init; } = new();

    /// <summary>Whether no time limit ends anything: somebody looks at the function with a debugger.</summary>
    public bool Debug { get; init; }

    /// <summary>The program that starts the executable, with its arguments, as one line.</summary>
    public string? Wrap { get; init; }

    /// <summary>Whether what is said is JSON, an object a line.</summary>
    public bool Json { get; init; }

    /// <summary>A file that is there as long as requests are taken.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>Files with environment variables, before the template's and after <see cref="Environment"/>.</summary>
    public IReadOnlyList<string> EnvironmentFiles { get; init; } = [];

    /// <summary>More environment variables for the function.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
