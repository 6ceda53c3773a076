using StreamingLambda.Bench.Costs;
using StreamingLambda.Runtime;

return await LambdaRuntime.RunAsync(Handler.HandleAsync);
