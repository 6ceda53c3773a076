using StreamingLambda.CarelessFunction;
using StreamingLambda.Runtime;

// A mistake around the invocations. The path of a request names those that are made in one.
string? mistake = Environment.GetEnvironmentVariable("MISTAKE");
return await LambdaRuntime.RunAsync(
    LambdaEnvironment.FromProcess(),
    _ => mistake switch
    {
        "setting" => throw new InitializationException("Function.MissingSetting", "The environment variable MODEL_URL is not set."),
        "no-handler" => null!,
        _ => new Careless(mistake),
    },
    new LambdaRuntimeOptions { RegisterForShutdown = mistake == "register" });
