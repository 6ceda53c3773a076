using StreamingLambda.Runtime;

return await LambdaRuntime.RunAsync(async (invocation, response, cancellationToken) =>
{
    // Without status and headers: the benchmark invokes the function directly, and not through a URL.
    response.ContentType = "application/json";
    await response.WriteAndFinishAsync("\"ok\"", cancellationToken);
});
