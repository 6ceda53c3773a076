using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers.Tests.Docs;

// Also compiled into tests/HttpsFunction, which is published natively and runs it against a server of its own.
#region relay
public sealed class Relay(Uri server) : IStreamingLambdaHandler
{
    // Once, not per invocation: it keeps its connections, and the certificates that it trusts.
    private static readonly HttpClient Http = new();

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        using HttpResponseMessage upstream = await Http.GetAsync(server, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        upstream.EnsureSuccessStatusCode();
        await using Stream content = await upstream.Content.ReadAsStreamAsync(cancellationToken);
        string type = upstream.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        await response.SendStreamAsync(content, new(200, ("Content-Type", type)), cancellationToken);
    }
}
#endregion
