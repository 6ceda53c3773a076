using StreamingLambda.Formats;
using StreamingLambda.Runtime;
return await LambdaRuntime.RunAsync((invocation, response, cancellationToken) => response.SendTextAsync("Hello from Lambda\n", cancellationToken));
