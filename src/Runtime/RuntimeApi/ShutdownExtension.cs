using System.Net;
using System.Text;

using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>An internal extension that subscribes to no event. Lambda sends SIGTERM before it ends an environment only if an extension is
/// registered there; without one the process is killed.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html</remarks>
internal static class ShutdownExtension
{
    private const string Name = "streaming-lambda-shutdown";
    private const string Version = "/2020-01-01/extension";

    /// <summary>Registers, then leaves the one request for an event waiting that ends the extension's own init.</summary>
    /// <exception cref="InitializationException">Managed Instances refuse internal extensions.</exception>
    /// <exception cref="RuntimeApiException">The API is lost or refuses.</exception>
    public static async Task RegisterAsync(LambdaEnvironment environment, RuntimeApiClient client)
    {
        if (environment.IsManagedInstance)
        {
            throw new InitializationException("Runtime.InvalidConfiguration",
                "RegisterForShutdown is set, but Lambda Managed Instances refuse internal extensions and send SIGTERM anyway. "
                + "Leave the option off there.");
        }

        var register = new LoopbackRequest(HttpMethod.Post, Version + "/register", client.WaitingOr(Waiting.Briefly))
        {
            Body = Encoding.UTF8.GetBytes("""{"events":[]}"""),
        };
        register.Add("Content-Type", "application/json");
        register.Add(RuntimeApiHeaders.ExtensionName, Name);
        LoopbackAnswer answer = await client.SendAsync(register, CancellationToken.None).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK || answer.Find(RuntimeApiHeaders.ExtensionId) is not { } id)
            throw RuntimeApiClient.Refusal(register, answer, $"Expected 200 with {RuntimeApiHeaders.ExtensionId}.");

        // No thread waits for its answer.
        var next = new LoopbackRequest(HttpMethod.Get, Version + "/event/next", Waiting.WithoutThread);
        next.Add(RuntimeApiHeaders.ExtensionId, id);
        // Never answered, as there are no events; if it fails, the invocations do not need it.
        _ = client.SendAsync(next, CancellationToken.None).ContinueWith(static sent => sent.Exception, TaskScheduler.Default);
    }
}
