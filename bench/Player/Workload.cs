using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamingLambda.Bench.Player;

/// <summary>What a function is asked to do: the JSON in the event's body, and the body that must come back.</summary>
/// <param name="Body">The event's body.</param>
/// <param name="ResponseBytes">Body bytes after the prelude; null accepts any well-formed response with any status.</param>
internal sealed record Workload(string Body, long? ResponseBytes)
{
    public static Workload Tiny { get; } = new("""{"workload":"tiny"}""", 13);

    /// <summary>The same event, for a program that knows no workloads: only the form of its response is checked.</summary>
    public static Workload Anything { get; } = Tiny with { ResponseBytes = null };

    public static Workload Small(int count, int size) =>
        new($$"""{"workload":"small","count":{{count}},"size":{{size}}}""", (long)count * size);

    /// <summary>As <see cref="Small"/>, each chunk at its moment, and behind them a <see cref="PacedReport"/>.</summary>
    public static Workload Paced(int count, int size, int perSecond) => new(
        $$"""{"workload":"paced","count":{{count}},"size":{{size}},"perSecond":{{perSecond}}}""", ((long)count * size) + PacedReport.Bytes);

    public static Workload Big(long bytes, int chunk) =>
        new($$"""{"workload":"big","bytes":{{bytes}},"chunk":{{chunk}}}""", bytes);

    /// <summary>
    /// The function URL event (payload format 2.0) around the body. Its query lets the sample handlers of this repository answer at once,
    /// so that their start can be measured too; a workload function has no use for it.
    /// </summary>
    public byte[] ToEvent(bool base64)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("version", "2.0");
            json.WriteString("routeKey", "$default");
            json.WriteString("rawPath", "/");
            json.WriteString("rawQueryString", "scenario=not-found&count=1&pauseMs=0");
            WriteStrings(json, "headers", Headers);
            WriteStrings(json, "queryStringParameters", [("scenario", "not-found"), ("count", "1"), ("pauseMs", "0")]);
            WriteRequestContext(json);
            json.WriteString("body", base64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(Body)) : Body);
            json.WriteBoolean("isBase64Encoded", base64);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static readonly (string Name, string Value)[] Headers =
    [
        ("accept", "*/*"),
        ("content-type", "application/json"),
        ("host", "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws"),
        ("user-agent", "curl/8.5.0"),
        ("x-amz-date", "20260101T000000Z"),
        ("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256"),
        ("x-amzn-tls-version", "TLSv1.3"),
        ("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-port", "443"),
        ("x-forwarded-proto", "https"),
    ];

    private static void WriteRequestContext(Utf8JsonWriter json)
    {
        json.WriteStartObject("requestContext");
        json.WriteString("accountId", "123456789012");
        json.WriteString("apiId", "abcdefghijklmnopqrstuvwxyz012345");
        json.WriteStartObject("authorizer");
        WriteStrings(json, "iam", [("accessKey", "AKIAIOSFODNN7EXAMPLE"), ("accountId", "123456789012"), ("callerId", "AIDACKCEVSQ6C2EXAMPLE"),
            ("userArn", "arn:aws:iam::123456789012:user/example"), ("userId", "AIDACKCEVSQ6C2EXAMPLE")]);
        json.WriteEndObject();
        json.WriteString("domainName", "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws");
        json.WriteString("domainPrefix", "abcdefghijklmnopqrstuvwxyz012345");
        WriteStrings(json, "http", [("method", "POST"), ("path", "/"), ("protocol", "HTTP/1.1"), ("sourceIp", "192.0.2.1"),
            ("userAgent", "curl/8.5.0")]);
        json.WriteString("requestId", "0f0a6d5e-0b2f-4a7e-9a51-5f2f7a3a8d11");
        json.WriteString("routeKey", "$default");
        json.WriteString("stage", "$default");
        json.WriteString("time", "01/Jan/2026:00:00:00 +0000");
        json.WriteNumber("timeEpoch", 1767225600000);
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<(string Name, string Value)> values)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in values) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
