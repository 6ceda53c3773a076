namespace StreamingLambda.Bench.Measuring;

/// <summary>
/// The environment that a function is started with: Lambda's variables, and of the shell's only those that a program cannot start without.
/// </summary>
internal static class LambdaEnvironment
{
    private static readonly string[] Inherited = ["PATH", "HOME", "LD_LIBRARY_PATH", "DOTNET_ROOT"];

    public static Dictionary<string, string> For(Target target, string runtimeApi)
    {
        Dictionary<string, string> variables = new()
        {
            ["AWS_LAMBDA_RUNTIME_API"] = runtimeApi,
            ["_HANDLER"] = "provided",
            ["AWS_REGION"] = "eu-central-1",
            ["AWS_DEFAULT_REGION"] = "eu-central-1",
            ["AWS_LAMBDA_FUNCTION_NAME"] = "bench",
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "128",
            ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand",
            ["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/bench",
            ["AWS_LAMBDA_LOG_STREAM_NAME"] = "2026/01/01/[$LATEST]0f0a6d5e0b2f4a7e9a515f2f7a3a8d11",
            ["LAMBDA_TASK_ROOT"] = Path.GetDirectoryName(target.Path) ?? "/",
            ["LAMBDA_RUNTIME_DIR"] = "/var/runtime",
            ["LANG"] = "en_US.UTF-8",
            ["TZ"] = ":UTC",
        };

        foreach (string name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) variables[name] = value;
        }

        foreach ((string name, string value) in target.Environment) variables[name] = value;
        return variables;
    }
}
