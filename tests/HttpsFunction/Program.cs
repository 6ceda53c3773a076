using StreamingLambda.Handlers.Tests.Docs;
using StreamingLambda.Runtime;

// The function's Handler setting is the address to stream from.
return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), static environment => new Relay(new Uri(environment.Handler!)));
