// Payload format 1.0, https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>The event that a function gets for a request to a REST API.</summary>
internal static class RestApiEvent
{
    /// <summary>The id of every API here, as long as AWS's own.</summary>
    public const string ApiId = "emulator00";

    /// <summary>Builds it.</summary>
    public static byte[] Build(ApiRequest request, ApiSettings api, TraceHeader trace, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(2048 + request.Body.Length);
        using var json = new Utf8JsonWriter(buffer, JsonStyle.Readable);
        json.WriteStartObject();
        json.WriteString("resource", request.Route.Resource);
        json.WriteString("path", request.Path);
        json.WriteString("httpMethod", request.Context.Request.Method);
        WriteValues(json, "headers", "multiValueHeaders", Headers(request.Context, trace));
        WriteValues(json, "queryStringParameters", "multiValueQueryStringParameters", request.Target.ParameterLists());
        WriteStrings(json, "pathParameters", request.Match.Parameters);
        WriteStrings(json, "stageVariables", api.StageVariables);
        WriteRequestContext(json, request, api, now);
        if (request.Body.IsEmpty)
        {
            json.WriteNull("body");
            json.WriteBoolean("isBase64Encoded", false);
        }
        else
        {
            EventParts.WriteBody(json, request.Body, isText: !IsBinary(api, request.Context.Request.ContentType));
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether an API takes a media type for binary.</summary>
    /// <param name="api">The API.</param>
    /// <param name="mediaType">The type, with parameters or not; null: none was given.</param>
    public static bool IsBinary(ApiSettings api, string? mediaType)
    {
        string? type = MediaTypeHeaderValue.TryParse(mediaType, out MediaTypeHeaderValue? parsed) ? parsed.MediaType : mediaType;
        return api.BinaryMediaTypes.Any(binary => binary == "*/*" || binary.Equals(type, StringComparison.OrdinalIgnoreCase));
    }

    private static void WriteRequestContext(Utf8JsonWriter json, ApiRequest request, ApiSettings api, DateTimeOffset now)
    {
        string domain = $"{ApiId}.execute-api.{api.Account.Region}.amazonaws.com";
        json.WriteStartObject("requestContext");
        json.WriteString("resourceId", ResourceId(request.Route.Resource));
        json.WriteString("resourcePath", request.Route.Resource);
        if (request.Route.OperationName is { } operation)
            json.WriteString("operationName", operation);
        json.WriteString("httpMethod", request.Context.Request.Method);
        json.WriteString("extendedRequestId", ExtendedRequestId(request));
        json.WriteString("requestTime", EventParts.Time(now));
        json.WriteString("path", request.Target.Path);
        json.WriteString("accountId", api.Account.Id);
        json.WriteString("protocol", request.Context.Request.Protocol);
        json.WriteString("stage", api.Stage);
        json.WriteString("domainPrefix", ApiId);
        json.WriteNumber("requestTimeEpoch", now.ToUnixTimeMilliseconds());
        json.WriteString("requestId", request.RequestId);
        WriteIdentity(json, request, api.Account);
        json.WriteString("domainName", domain);
        json.WriteString("deploymentId", "emul00");
        json.WriteString("apiId", ApiId);
        json.WriteEndObject();
    }

    /// <summary>The id that goes into the header <c>x-amz-apigw-id</c> as well.</summary>
    public static string ExtendedRequestId(ApiRequest request) => Convert.ToBase64String(Encoding.ASCII.GetBytes(request.RequestId[..11]));

    private static void WriteIdentity(Utf8JsonWriter json, ApiRequest request, Account account)
    {
        bool isSigned = request.Route.Auth.IsSigned;
        json.WriteStartObject("identity");
        json.WriteNull("cognitoIdentityPoolId");
        json.WriteString("accountId", isSigned ? account.Id : null);
        json.WriteNull("cognitoIdentityId");
        json.WriteString("caller", isSigned ? account.CallerId : null);
        json.WriteString("sourceIp", EventParts.SourceIp(request.Context));
        json.WriteNull("principalOrgId");
        json.WriteString("accessKey", isSigned ? account.AccessKeyId : null);
        if (request.Key is not null)
        {
            json.WriteString("apiKey", request.Key);
            json.WriteString("apiKeyId", "emulatorkey");
        }
        json.WriteNull("cognitoAuthenticationType");
        json.WriteNull("cognitoAuthenticationProvider");
        json.WriteString("userArn", isSigned ? account.UserArn : null);
        json.WriteString("userAgent", request.Context.Request.Headers.UserAgent.ToString());
        json.WriteString("user", isSigned ? account.CallerId : null);
        json.WriteEndObject();
    }

    // Names as they were sent, and every value of each; a REST API does not join them.
    private static List<KeyValuePair<string, IReadOnlyList<string>>> Headers(HttpContext context, TraceHeader trace)
    {
        var headers = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
            headers[name] = [.. values.Select(value => value ?? "")];
        headers.Remove("Connection");
        headers.Remove("Content-Length");
        headers.Remove("Transfer-Encoding");
        string source = EventParts.SourceIp(context);
        headers[TraceHeader.Name] = [trace.Root];
        headers["X-Forwarded-For"] = [headers.TryGetValue("X-Forwarded-For", out IReadOnlyList<string>? before) ? $"{before[^1]}, {source}" : source];
        headers["X-Forwarded-Port"] = ["443"];
        headers["X-Forwarded-Proto"] = ["https"];
        return [.. headers];
    }

    // Two members for each: the last value alone, and all of them.
    private static void WriteValues(
        Utf8JsonWriter json, string single, string multiple, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> values)
    {
        if (values.Count == 0)
        {
            json.WriteNull(single);
            json.WriteNull(multiple);
            return;
        }
        json.WriteStartObject(single);
        foreach ((string name, IReadOnlyList<string> all) in values)
            json.WriteString(name, all[^1]);
        json.WriteEndObject();
        json.WriteStartObject(multiple);
        foreach ((string name, IReadOnlyList<string> all) in values)
        {
            json.WriteStartArray(name);
            foreach (string value in all)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0)
            json.WriteNull(name);
        else
            EventParts.WriteStrings(json, name, values);
    }

    private static string ResourceId(string resource) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(resource)))[..6];
}
