using System.Runtime.CompilerServices;

using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Recipes.Tests.Recipes;

#region aws-service
public sealed class ListParameters(IAmazonSimpleSystemsManagement parameters) : IStreamingLambdaHandler
{
    public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        response.SendTextAsync(ReadNamesAsync(cancellationToken), cancellationToken);

    // Page by page: each one is sent before the next one is requested.
    private async IAsyncEnumerable<string> ReadNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            DescribeParametersResponse page = await parameters.DescribeParametersAsync(new() { NextToken = next }, cancellationToken);
            foreach (ParameterMetadata parameter in page.Parameters ?? [])
                yield return $"{parameter.Name}\n";
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
    }
}
#endregion

internal static class Secrets
{
    #region secrets
    public static async Task<IStreamingLambdaHandler> CreateAsync(IAmazonSimpleSystemsManagement parameters)
    {
        GetParameterResponse secret = await parameters.GetParameterAsync(new() { Name = "/my-function/api-key", WithDecryption = true });
        return new Greeter(secret.Parameter.Value);
    }
    #endregion

    public static async Task<int> RunAsync()
    {
        #region secrets-program
        return await LambdaRuntime.RunAsync(async () =>
        {
            using var parameters = new AmazonSimpleSystemsManagementClient();
            return await CreateAsync(parameters);
        });
        #endregion
    }
}

/// <summary>Has a secret.</summary>
internal sealed class Greeter(string key) : IStreamingLambdaHandler
{
    public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        response.SendTextAsync($"a key of {key.Length} characters", cancellationToken);
}
