using StreamingLambda.Runtime;
using StreamingLambda.WorkloadFunction;

return await LambdaRuntime.RunAsync(new WorkloadHandler());
