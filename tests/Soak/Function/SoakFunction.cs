using StreamingLambda.Runtime;

namespace StreamingLambda.Soak.Function;

/// <summary>The program as a Lambda function.</summary>
internal static class SoakFunction
{
    public static async Task<int> RunAsync(LambdaEnvironment environment)
    {
        TakenPool.StopGrowth();
        using var gates = new Gates();
        return await LambdaRuntime.RunAsync(environment, _ => new SoakHandler(gates), cancellationToken: gates.Closed);
    }
}
