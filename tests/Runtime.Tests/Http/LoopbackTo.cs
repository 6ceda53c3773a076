using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.Tests.Http;

internal static class LoopbackTo
{
    /// <summary>A client for a server of this process.</summary>
    /// <param name="address">As <c>AWS_LAMBDA_RUNTIME_API</c> has it.</param>
    public static LoopbackClient Server(string address) => new(Parse(address));

    public static ServerAddress Parse(string address)
    {
        Assert.True(ServerAddress.TryParse(address, out ServerAddress? server));
        return server;
    }
}
