using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The request in a REST API's event. Its headers and its query come apart, each value for itself; the query is decoded.</summary>
internal static class RestApiEvent
{
    public static EventRequest Read(ApiGatewayRequest request)
    {
        (string pathBase, string path) = RestApiPath.Split(request);
        return new EventRequest
        {
            Method = request.HttpMethod,
            Protocol = request.RequestContext.Protocol,
            PathBase = pathBase,
            Path = path,
            QueryString = ReadQuery(request),
            Headers = ReadHeaders(request),
            Body = request.ReadBody(),
            SourceIp = request.RequestContext.Identity.SourceIp,
            Caller = request.RequestContext.Identity is { UserArn: not null } identity
                ? IamCaller.Create(identity)
                : AuthorizedCaller.Create(request.RequestContext.Authorizer),
        };
    }

    private static HeaderDictionary ReadHeaders(ApiGatewayRequest request)
    {
        var headers = new HeaderDictionary(request.Headers.Count);
        // Events that were made by hand have one of the two members.
        foreach ((string name, string value) in request.Headers)
            headers[name] = value;
        foreach ((string name, IReadOnlyList<string> values) in request.MultiValueHeaders)
            headers[name] = new StringValues([.. values]);
        if (StringValues.IsNullOrEmpty(headers[HeaderNames.Host]))
            headers[HeaderNames.Host] = request.RequestContext.DomainName;
        return headers;
    }

    private static string ReadQuery(ApiGatewayRequest request)
    {
        var query = new QueryString();
        foreach ((string name, IReadOnlyList<string> values) in request.MultiValueQueryStringParameters)
        {
            foreach (string value in values)
                query = query.Add(name, value);
        }
        foreach ((string name, string value) in request.QueryStringParameters)
        {
            if (!request.MultiValueQueryStringParameters.ContainsKey(name))
                query = query.Add(name, value);
        }
        return query.Value ?? "";
    }
}
