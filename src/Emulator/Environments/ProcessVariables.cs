using System.Globalization;
using System.Runtime.InteropServices;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Environments;

/// <summary>
/// The environment that Lambda gives a process on an OS-only runtime
/// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). Nothing of the developer's own environment gets in, so that
/// a function cannot come to rely on it.
/// </summary>
internal static class ProcessVariables
{
    /// <summary>Names that Lambda sets itself and refuses in a function's configuration.</summary>
    public static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.Ordinal)
    {
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API",
        "AWS_LAMBDA_METADATA_TOKEN",
    };

    private const string RuntimeFolder = "/var/runtime";

    /// <summary>All variables of one process.</summary>
    /// <param name="settings">The function.</param>
    /// <param name="runtimeApi">Host and port of its Runtime API.</param>
    /// <param name="logStream">32 hexadecimal digits that only this process has.</param>
    /// <param name="now">The time.</param>
    public static Dictionary<string, string> For(FunctionSettings settings, string runtimeApi, string logStream, DateTimeOffset now)
    {
        string taskRoot = Path.GetDirectoryName(settings.BootstrapPath)!;
        string date = now.ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["LANG"] = "en_US.UTF-8",
            ["TZ"] = ":UTC",
            // On a Mac, programs that do not come with it are where Homebrew puts them.
            ["PATH"] = "/usr/local/bin:/usr/bin/:/bin:/opt/bin" + (OperatingSystem.IsMacOS() ? ":/opt/homebrew/bin" : ""),
            ["LD_LIBRARY_PATH"] = $"/lib64:/usr/lib64:{RuntimeFolder}:{RuntimeFolder}/lib:{taskRoot}:{taskRoot}/lib:/opt/lib",
            ["AWS_XRAY_CONTEXT_MISSING"] = "LOG_ERROR",
            ["AWS_XRAY_DAEMON_ADDRESS"] = "169.254.79.129:2000",
            // Not Lambda's: a bootstrap that was built but not published natively needs the runtime that runs the emulator.
            ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? root : DotnetRoot(),
        };

        foreach ((string name, string value) in settings.Environment)
            variables[name] = value;

        variables["_HANDLER"] = settings.Handler;
        variables["AWS_REGION"] = settings.Account.Region;
        variables["AWS_DEFAULT_REGION"] = settings.Account.Region;
        variables["AWS_LAMBDA_FUNCTION_NAME"] = settings.Name;
        variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = settings.MemorySize.ToString(CultureInfo.InvariantCulture);
        variables["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
        variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = settings.MaxConcurrency is null ? "on-demand" : "lambda-managed-instances";
        variables["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{settings.Name}";
        variables["AWS_LAMBDA_LOG_STREAM_NAME"] = $"{date}/[$LATEST]{logStream}";
        if (settings.LogFormat is { } format)
            variables[LoggingVariables.Format] = format;
        if (settings.LogFormat == "JSON")
            variables[LoggingVariables.Level] = settings.LogLevel;
        variables["AWS_ACCESS_KEY_ID"] = settings.Account.AccessKeyId;
        variables["AWS_SECRET_ACCESS_KEY"] = settings.Account.SecretAccessKey;
        if (settings.Account.SessionToken is { } token)
            variables["AWS_SESSION_TOKEN"] = token;
        variables["AWS_LAMBDA_RUNTIME_API"] = runtimeApi;
        variables["LAMBDA_TASK_ROOT"] = taskRoot;
        variables["LAMBDA_RUNTIME_DIR"] = RuntimeFolder;
        if (settings.MaxConcurrency is { } slots)
            variables["AWS_LAMBDA_MAX_CONCURRENCY"] = slots.ToString(CultureInfo.InvariantCulture);
        return variables;
    }

    // .../shared/Microsoft.NETCore.App/<version>/ is where the running runtime lives; the root is three levels up.
    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
