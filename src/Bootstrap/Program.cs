using StreamingLambda.Handlers;
using StreamingLambda.Runtime;

// Lambda starts this program. It reads its environment once, creates the handler that the function's Handler setting names, and runs it.
return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), static environment => HandlerTable.Create(environment.Handler));
