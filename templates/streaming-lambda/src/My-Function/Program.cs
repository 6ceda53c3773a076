using MyNamespace;

using StreamingLambda.Runtime;

// Lambda starts this program. It creates the handler that the function's Handler setting names, and runs it.
return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), static environment => HandlerTable.Create(environment.Handler));
