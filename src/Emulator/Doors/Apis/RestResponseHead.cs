using StreamingLambda.Emulator.Doors.FunctionUrl;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>Puts what a function says about its response onto the real one, as a REST API does.</summary>
internal static class RestResponseHead
{
    /// <summary>The content type of what does not say its own.</summary>
    public const string DefaultContentType = "application/json";

    /// <summary>The headers that every answer has.</summary>
    public static void Begin(HttpResponse response, ApiRequest request, string traceRoot)
    {
        HttpResponseHead.Begin(response, request.RequestId, traceRoot);
        response.Headers["x-amz-apigw-id"] = RestApiEvent.ExtendedRequestId(request);
    }

    /// <summary>Status, headers and cookies. A pair that stands in both kinds of headers counts once; other values of one name are all
    /// sent.</summary>
    public static void Apply(HttpResponse response, Prelude prelude)
    {
        response.StatusCode = prelude.StatusCode;
        IEnumerable<KeyValuePair<string, string>> headers =
            prelude.Headers.Where(single => !prelude.MultiValueHeaders.Any(other => IsSame(single, other))).Concat(prelude.MultiValueHeaders);
        foreach ((string name, string value) in headers)
            HttpResponseHead.AddHeader(response, name, value);
        foreach (string cookie in prelude.Cookies)
            HttpResponseHead.AddHeader(response, "Set-Cookie", cookie);
        if (!response.Headers.ContainsKey("Content-Type") && HttpResponseHead.CanHaveBody(response.StatusCode))
            response.ContentType = DefaultContentType;
    }

    private static bool IsSame(KeyValuePair<string, string> one, KeyValuePair<string, string> other) =>
        one.Key.Equals(other.Key, StringComparison.OrdinalIgnoreCase) && one.Value == other.Value;
}
