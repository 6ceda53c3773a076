namespace StreamingLambda.Emulator.Testing;

/// <summary>What runs in a <see cref="LocalLambda"/>, and how. What is not set is as the template says, or as it is on AWS.</summary>
/// <example>
/// <code>
/// var options = new LocalLambdaOptions
/// {
///     Path = "template.yaml",
///     RequiresSignature = false,
///     Environment = new Dictionary&lt;string, string&gt; { ["TABLE"] = "local" },
/// };
/// </code>
/// </example>
public sealed record LocalLambdaOptions
{
    /// <summary>
    /// What to run: a template (<c>.yaml</c>, <c>.yml</c>, <c>.json</c>), an executable, a folder with an executable named <c>bootstrap</c>, or a
    /// project (<c>.csproj</c>, or a folder that has one), which is built first. A relative path is looked for from the folder of the tests upwards.
    /// Null: the nearest template from there upwards.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>
    /// What the functions of the template run, instead of what it names: an executable, a folder with one named <c>bootstrap</c>, or a project, as
    /// for <see cref="Path"/>. Null: what the template names.
    /// </summary>
    public string? Executable { get; init; }

    /// <summary>The configuration that a project is built in; null: that of the tests.</summary>
    public string? Configuration { get; init; }

    /// <summary>Only this function of the template, by its logical id or its name; null: all.</summary>
    public string? Function { get; init; }

    /// <summary>The handler setting, <c>_HANDLER</c>, of every function.</summary>
    public string? Handler { get; init; }

    /// <summary>How long an invocation may take, up to 15 minutes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The memory that the function is told, in MB, from 128 to 10240. It is not enforced.</summary>
    public int? MemorySize { get; init; }

    /// <summary>Whether the function URL asks for a signature (<c>AuthType: AWS_IAM</c>).</summary>
    public bool? RequiresSignature { get; init; }

    /// <summary>Whether the function URL streams (<c>InvokeMode: RESPONSE_STREAM</c>); false: it collects the whole response first.</summary>
    public bool? StreamsResponse { get; init; }

    /// <summary>Environment variables of every function, before those of the template. A function gets no others of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Values of the template's parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>How many processes a function may have at a time, from 1 to 1000. Further requests wait.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>How many invocations one process takes at a time (<c>AWS_LAMBDA_MAX_CONCURRENCY</c>); null: one, without that variable.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Whether Lambda's limits on sizes and bandwidth are lifted.</summary>
    public bool NoLimits { get; init; }

    /// <summary>Whether functions may write wherever this process may; on Lambda, and here without this, they write in <c>/tmp</c> only.</summary>
    public bool WritesAnywhere { get; init; }

    /// <summary>Whether no time limit ends anything, so that a debugger may be attached to the function's process.</summary>
    public bool Debug { get; init; }

    /// <summary>A program, with its arguments, that starts the executable, such as <c>strace -f</c>.</summary>
    public string? Wrap { get; init; }

    /// <summary>Takes each line that the emulator would print, as it comes: a test framework's output, for example.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>How long a wait for something that a function has to do may take; after it there is a <see cref="TimeoutException"/> that says what
    /// has happened instead.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(30);
}
