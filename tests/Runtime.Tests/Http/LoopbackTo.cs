using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.Tests.Http;

internal static class LoopbackTo
{
    /// <summary>A client for a server of this process.</summary>
    /// <param name="address">As <c>AWS_LAMBDA_RUNTIME_API</c> has it.</param>
    public static HttpMessageInvoker Server(string address) => new HttpMessageInvoker(new LoopbackHandler(Parse(address)));

    /// <summary>Sends a request; the answer is of this client's kind.</summary>
    public static async Task<LoopbackAnswer> AskAsync(this HttpMessageInvoker client, LoopbackRequest request, CancellationToken cancellationToken) =>
        (LoopbackAnswer)await client.SendAsync(request, cancellationToken);

    public static ServerAddress Parse(string address)
    {
        Assert.True(ServerAddress.TryParse(address, out ServerAddress? server));
        return server;
    }
}
