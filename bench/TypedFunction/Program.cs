using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.TypedFunction;

return await LambdaRuntime.RunAsync(
    LambdaEnvironment.FromProcess(), static _ => new JsonStreamingHandler<Order>(OrderJson.Default.Order, new OrderHandler()));
