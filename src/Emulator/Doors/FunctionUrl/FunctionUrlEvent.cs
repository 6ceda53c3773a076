// Payload format 2.0, https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>The event that a function gets for a request to its URL.</summary>
internal static class FunctionUrlEvent
{
    private const string UrlId = "emulator0url0id0of0this0function";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Builds it.</summary>
    public static byte[] Build(
        HttpContext context,
        RequestTarget target,
        ReadOnlyMemory<byte> body,
        string requestId,
        TraceHeader trace,
        Account account,
        string? caller,
        DateTimeOffset now)
    {
        SortedDictionary<string, string> headers = Headers(context, trace);
        var buffer = new ArrayBufferWriter<byte>(2048 + body.Length);
        using var json = new Utf8JsonWriter(buffer, JsonStyle.Readable);
        json.WriteStartObject();
        json.WriteString("version", "2.0");
        json.WriteString("routeKey", "$default");
        json.WriteString("rawPath", target.Path);
        json.WriteString("rawQueryString", target.Query);
        WriteCookies(json, context.Request);
        WriteStrings(json, "headers", headers);
        if (target.Query.Length > 0)
            WriteStrings(json, "queryStringParameters", target.Parameters());
        WriteRequestContext(json, context, target, requestId, account, caller, now);
        WriteBody(json, context.Request, body);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRequestContext(
        Utf8JsonWriter json, HttpContext context, RequestTarget target, string requestId, Account account, string? caller, DateTimeOffset now)
    {
        json.WriteStartObject("requestContext");
        json.WriteString("accountId", caller is null ? "anonymous" : account.Id);
        json.WriteString("apiId", UrlId);
        json.WriteNull("authentication");
        if (caller is not null)
            WriteAuthorizer(json, account, caller);
        json.WriteString("domainName", $"{UrlId}.lambda-url.{account.Region}.on.aws");
        json.WriteString("domainPrefix", UrlId);
        json.WriteStartObject("http");
        json.WriteString("method", context.Request.Method);
        json.WriteString("path", target.DecodedPath);
        json.WriteString("protocol", context.Request.Protocol);
        json.WriteString("sourceIp", SourceIp(context));
        json.WriteString("userAgent", context.Request.Headers.UserAgent.ToString());
        json.WriteEndObject();
        json.WriteString("requestId", requestId);
        json.WriteString("routeKey", "$default");
        json.WriteString("stage", "$default");
        json.WriteString("time", now.UtcDateTime.ToString("dd'/'MMM'/'yyyy':'HH':'mm':'ss' +0000'", CultureInfo.InvariantCulture));
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
            headers.TryGetValue("x-forwarded-for", out string? before) ? $"{before}, {SourceIp(context)}" : SourceIp(context);
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

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> members)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in members)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            json.WriteBoolean("isBase64Encoded", false);
        }
        else if (IsText(request.ContentType) && TryDecode(body, out string text))
        {
            json.WriteString("body", text);
            json.WriteBoolean("isBase64Encoded", false);
        }
        else
        {
            json.WriteBase64String("body", body.Span);
            json.WriteBoolean("isBase64Encoded", true);
        }
    }

    private static bool IsText(string? contentType)
    {
        string type = (contentType ?? "").Split(';')[0].Trim().ToUpperInvariant();
        return type.StartsWith("TEXT/", StringComparison.Ordinal)
            || type is "APPLICATION/JSON" or "APPLICATION/JAVASCRIPT" or "APPLICATION/XML"
            || type.EndsWith("+JSON", StringComparison.Ordinal)
            || type.EndsWith("+XML", StringComparison.Ordinal);
    }

    private static bool TryDecode(ReadOnlyMemory<byte> body, out string text)
    {
        try
        {
            text = StrictUtf8.GetString(body.Span);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    private static string SourceIp(HttpContext context) => (context.Connection.RemoteIpAddress ?? IPAddress.Loopback).ToString();
}
