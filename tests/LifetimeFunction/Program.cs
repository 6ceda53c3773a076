using StreamingLambda.LifetimeFunction;
using StreamingLambda.Runtime;

return await LambdaRuntime.RunAsync(
    LambdaEnvironment.FromProcess(),
    async environment => new Greeter(await GreetingFile.ReadAsync(environment.Handler)),
    new LambdaRuntimeOptions { RegisterForShutdown = true });
