using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Handlers;

/// <summary>What the handlers here ask of an HTTP request, whether it came through a function URL or through a REST API.</summary>
/// <param name="GetQuery">A query parameter's value, decoded; null if it was not sent.</param>
/// <param name="ReadBodyText">The body as text, empty if there is none.</param>
internal sealed record CallerRequest(Func<string, string?> GetQuery, Func<string> ReadBodyText)
{
    /// <summary>The request; null for an event of any other kind.</summary>
    public static CallerRequest? Find(Invocation invocation)
    {
        if (FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? url))
            return new(url.GetQuery, url.ReadBodyText);
        return ApiGatewayRequest.TryRead(invocation, out ApiGatewayRequest? rest) ? new(rest.GetQuery, rest.ReadBodyText) : null;
    }
}
