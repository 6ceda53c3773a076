using System.Security.Claims;

using Microsoft.AspNetCore.Http;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>An HTTP request as an event brought it, in the one form that <see cref="RequestFeature"/> reads.</summary>
internal sealed record EventRequest
{
    public required string Method { get; init; }

    public required string? Protocol { get; init; }

    /// <summary>What stands in front of the app's own paths, such as the stage of a REST API; empty for nothing.</summary>
    public string PathBase { get; init; } = "";

    /// <summary>The path without its base, as it was sent.</summary>
    public required string Path { get; init; }

    /// <summary>The query with its question mark, encoded; empty for none.</summary>
    public required string QueryString { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required string? SourceIp { get; init; }

    /// <summary>Who has proven to be the caller; null for nobody.</summary>
    public required ClaimsPrincipal? Caller { get; init; }

    /// <summary>Reads the event of an invocation, whichever kind of HTTP event it is.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public static EventRequest Read(Invocation invocation)
    {
        if (FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? urlRequest))
            return FunctionUrlEvent.Read(urlRequest);
        if (ApiGatewayRequest.TryRead(invocation, out ApiGatewayRequest? apiRequest))
            return RestApiEvent.Read(apiRequest);
        string origin = EventOrigin.Describe(invocation) ?? "not an HTTP request";
        throw new InvalidOperationException(
            $"The event is {origin}: this function is an ASP.NET Core app and takes the events of a function URL (payload format 2.0) and of an "
            + "API Gateway REST API (1.0). Call it through one of them, or give InvokeWithResponseStream such an event.");
    }
}
