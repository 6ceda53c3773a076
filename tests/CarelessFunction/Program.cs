using StreamingLambda.CarelessFunction;
using StreamingLambda.Runtime;

return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), static _ => new Careless());
