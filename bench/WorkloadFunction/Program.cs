using StreamingLambda.Runtime;
using StreamingLambda.WorkloadFunction;

return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), static _ => new WorkloadHandler());
