using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Bench.Costs;

/// <summary>Answers with a parameter of Systems Manager, read with AWS's SDK.</summary>
internal static class Handler
{
    private static readonly Lazy<AmazonSimpleSystemsManagementClient> Client = new(() => new());

    public static async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request);
        var question = new GetParameterRequest { Name = request?.GetQuery("name") };
        GetParameterResponse found = await Client.Value.GetParameterAsync(question, cancellationToken);
        await response.SendTextAsync(found.Parameter.Value, cancellationToken);
    }
}
