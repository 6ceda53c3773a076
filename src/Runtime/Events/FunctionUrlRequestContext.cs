using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingLambda.Runtime.Events;

/// <summary>What Lambda knows about a function URL's request, <c>requestContext</c> of the event.</summary>
/// <example><code>DateTimeOffset receivedAt = request.RequestContext.ReceivedAt;</code></example>
public sealed record FunctionUrlRequestContext
{
    private readonly FunctionUrlHttp _http = new();

    /// <summary>The AWS account of the caller; <c>anonymous</c> when the URL needs no authentication.</summary>
    public string? AccountId { get; init; }

    /// <summary>The id of the function URL, the first part of its host name.</summary>
    public string? ApiId { get; init; }

    /// <summary>Not used by function URLs: null.</summary>
    public JsonElement? Authentication { get; init; }

    /// <summary>Who signed the request; null when the URL needs no authentication.</summary>
    public FunctionUrlAuthorizer? Authorizer { get; init; }

    /// <summary>The host name of the function URL.</summary>
    public string? DomainName { get; init; }

    /// <summary>The first part of the host name.</summary>
    public string? DomainPrefix { get; init; }

    /// <summary>The request line and where it came from.</summary>
    [AllowNull]
    public FunctionUrlHttp Http { get => _http; init => _http = value ?? new(); }

    /// <summary>The id of the request to the URL. It differs from <see cref="Invocation.RequestId"/>.</summary>
    public string? RequestId { get; init; }

    /// <summary><c>$default</c> for function URLs.</summary>
    public string? RouteKey { get; init; }

    /// <summary><c>$default</c> for function URLs.</summary>
    public string? Stage { get; init; }

    /// <summary>When the request arrived, as Lambda writes it: <c>10/Jul/2026:19:19:06 +0000</c>.</summary>
    public string? Time { get; init; }

    /// <summary>When the request arrived, in milliseconds since 1970.</summary>
    public long TimeEpoch { get; init; }

    /// <summary>When the request arrived: <see cref="TimeEpoch"/> as a time.</summary>
    [JsonIgnore]
    public DateTimeOffset ReceivedAt => DateTimeOffset.FromUnixTimeMilliseconds(TimeEpoch);
}
