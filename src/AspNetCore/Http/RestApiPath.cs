using StreamingLambda.Runtime.Events;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>Which part of a REST API's path is the app's own. In front of it stands the stage, or what a custom domain maps to the API.</summary>
/// <remarks>https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html</remarks>
internal static class RestApiPath
{
    public static (string Base, string Path) Split(ApiGatewayRequest request)
    {
        string path = request.Path.Length > 0 ? request.Path : "/";
        string whole = request.RequestContext.Path ?? path;
        string end = path.TrimEnd('/');
        // The API's own domain: the whole path has the stage, the path has not.
        if (whole.TrimEnd('/') is var before && before.Length > end.Length && before.EndsWith(end, StringComparison.Ordinal))
            return (before[..^end.Length], path);
        // A custom domain: both have what is mapped. The rest is as long as the resource that API Gateway has found.
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int mapped = segments.Length - CountSegments(request);
        if (mapped <= 0)
            return ("", path);
        string pathBase = "/" + string.Join('/', segments[..mapped]);
        return path.StartsWith(pathBase, StringComparison.Ordinal) && path.Length > pathBase.Length
            ? (pathBase, path[pathBase.Length..])
            : (pathBase, "/");
    }

    /// <summary>How many parts the resource has, that in <c>{proxy+}</c> counted as they were sent.</summary>
    private static int CountSegments(ApiGatewayRequest request)
    {
        int count = 0;
        foreach (string segment in request.Resource.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isGreedy = segment.StartsWith('{') && segment.EndsWith("+}", StringComparison.Ordinal);
            count += isGreedy && request.PathParameters.TryGetValue(segment[1..^2], out string? rest)
                ? rest.Split('/', StringSplitOptions.RemoveEmptyEntries).Length
                : 1;
        }
        return count;
    }
}
