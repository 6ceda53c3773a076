// Payload format 2.0, https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>The event that a function gets for a request to its URL.</summary>
internal static class FunctionUrlEvent
{
    private const string UrlId = "emulator0url0id0of0this0function";

    /// <summary>Builds it.</summary>
    public static byte[] Build(
        HttpContext context,
        RequestTarget target,
        ReadOnlyMemory<byte> body,
        string requestId,
        TraceHeader trace,
        Account account,
        string? caller,
        DateTimeOffset now,
        HttpApiRoute? route = null)
    {
        SortedDictionary<string, string> headers = Headers(context, trace);
        var buffer = new ArrayBufferWriter<byte>(2048 + body.Length);
        using var json = new Utf8JsonWriter(buffer, JsonStyle.Readable);
        json.WriteStartObject();
        json.WriteString("version", "2.0");
        json.WriteString("routeKey", route?.RouteKey ?? "$default");
        // An HTTP API decodes the path, a function URL does not.
        json.WriteString("rawPath", route is null ? target.Path : target.DecodedPath);
        json.WriteString("rawQueryString", target.Query);
        WriteCookies(json, context.Request);
        EventParts.WriteStrings(json, "headers", headers);
        if (target.Query.Length > 0)
            EventParts.WriteStrings(json, "queryStringParameters", target.Parameters());
        WriteRequestContext(json, context, target, requestId, account, caller, now, route);
        if (route?.PathParameters.Count > 0)
            EventParts.WriteStrings(json, "pathParameters", route.PathParameters);
        if (route?.StageVariables.Count > 0)
            EventParts.WriteStrings(json, "stageVariables", route.StageVariables);
        WriteBody(json, context.Request, body);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRequestContext(
        Utf8JsonWriter json,
        HttpContext context,
        RequestTarget target,
        string requestId,
        Account account,
        string? caller,
        DateTimeOffset now,
        HttpApiRoute? route)
    {
        string apiId = route is null ? UrlId : Apis.RestApiEvent.ApiId;
        json.WriteStartObject("requestContext");
        json.WriteString("accountId", caller is null && route is null ? "anonymous" : account.Id);
        json.WriteString("apiId", apiId);
        json.WriteNull("authentication");
        if (caller is not null)
            WriteAuthorizer(json, account, caller);
        json.WriteString(
            "domainName", route is null ? $"{apiId}.lambda-url.{account.Region}.on.aws" : $"{apiId}.execute-api.{account.Region}.amazonaws.com");
        json.WriteString("domainPrefix", apiId);
        json.WriteStartObject("http");
        json.WriteString("method", context.Request.Method);
        json.WriteString("path", target.DecodedPath);
        json.WriteString("protocol", context.Request.Protocol);
        json.WriteString("sourceIp", EventParts.SourceIp(context));
        json.WriteString("userAgent", context.Request.Headers.UserAgent.ToString());
        json.WriteEndObject();
        json.WriteString("requestId", requestId);
        json.WriteString("routeKey", route?.RouteKey ?? "$default");
        json.WriteString("stage", route?.Stage ?? "$default");
        json.WriteString("time", EventParts.Time(now));
        json.WriteNumber("timeEpoch", now.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    private static void WriteAuthorizer(Utf8JsonWriter json, Account account, string accessKeyId)
    {
        json.WriteStartObject("authorizer");
        json.WriteStartObject("iam");
        json.WriteString("accessKey", accessKeyId);
        json.WriteString("accountId", account.Id);
        json.WriteString("callerId", account.CallerId);
        json.WriteNull("cognitoIdentity");
        json.WriteNull("principalOrgId");
        json.WriteString("userArn", account.UserArn);
        json.WriteString("userId", account.CallerId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static SortedDictionary<string, string> Headers(HttpContext context, TraceHeader trace)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            // Cookies are one list in HTTP, whatever way they were split.
            string separator = name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ",";
            headers[name.ToLowerInvariant()] = string.Join(separator, values.ToArray());
        }
        headers.Remove("connection");
        headers.Remove("transfer-encoding");
        headers["x-amzn-tls-cipher-suite"] = "TLS_AES_128_GCM_SHA256";
        headers["x-amzn-tls-version"] = "TLSv1.3";
        headers["x-amzn-trace-id"] = trace.Root;
        headers["x-forwarded-for"] =
            headers.TryGetValue("x-forwarded-for", out string? before) ? $"{before}, {EventParts.SourceIp(context)}" : EventParts.SourceIp(context);
        headers["x-forwarded-port"] = "443";
        headers["x-forwarded-proto"] = "https";
        return headers;
    }

    private static void WriteCookies(Utf8JsonWriter json, HttpRequest request)
    {
        string[] cookies = [.. request.Headers.Cookie
            .SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (cookies.Length == 0)
            return;

        json.WriteStartArray("cookies");
        foreach (string cookie in cookies)
            json.WriteStringValue(cookie);
        json.WriteEndArray();
    }

    private static void WriteBody(Utf8JsonWriter json, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            json.WriteBoolean("isBase64Encoded", false);
        else
            EventParts.WriteBody(json, body, IsText(request.ContentType) && Utf8.IsValid(body.Span));
    }

    private static bool IsText(string? contentType)
    {
        string type = (contentType ?? "").Split(';')[0].Trim().ToUpperInvariant();
        return type.StartsWith("TEXT/", StringComparison.Ordinal)
            || type is "APPLICATION/JSON" or "APPLICATION/JAVASCRIPT" or "APPLICATION/XML"
            || type.EndsWith("+JSON", StringComparison.Ordinal)
            || type.EndsWith("+XML", StringComparison.Ordinal);
    }
}

/// <summary>What an HTTP API adds to the format of function URLs.</summary>
/// <param name="RouteKey">Method and resource, or <c>$default</c>.</param>
/// <param name="Stage">The stage.</param>
/// <param name="PathParameters">What stands in the path for the parts in braces.</param>
/// <param name="StageVariables">The stage's variables.</param>
internal sealed record HttpApiRoute(
    string RouteKey, string Stage, IReadOnlyDictionary<string, string> PathParameters, IReadOnlyDictionary<string, string> StageVariables);
