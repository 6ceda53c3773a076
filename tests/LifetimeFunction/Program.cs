using StreamingLambda.LifetimeFunction;
using StreamingLambda.Runtime;

#region factory
return await LambdaRuntime.RunAsync(
    LambdaEnvironment.FromProcess(),
    async environment => new Greeter(await GreetingFile.ReadAsync(environment.Handler)),
    new LambdaRuntimeOptions { RegisterForShutdown = true });
#endregion
