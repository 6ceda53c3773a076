using System.Text.Json.Nodes;

namespace StreamingLambda.AspNetCore.Tests;

/// <summary>The same request to the same app on Kestrel and on Lambda: the same answer. What differs by design is said here and in
/// docs/aspnetcore.md, and nowhere hidden.</summary>
public sealed class ConformanceTests(BothServers servers)
{
    /// <summary>Framing, and what each server says of itself: Kestrel its name, Lambda its ids.</summary>
    private static readonly string[] ServersOwn =
    [
        "connection", "content-length", "date", "server", "transfer-encoding", "x-amz-apigw-id", "x-amzn-requestid", "x-amzn-trace-id",
    ];

    private const string Json = "Content-Type: application/json\r\n";
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n";

    public static TheoryData<string, string, string, string> Requests => new()
    {
        // Method, target, header lines, body.
        { "GET", "/text", "", "" },
        { "GET", "/echo/", "", "" },
        { "GET", "/echo/a%20space/%C3%BC/100%25", "", "" },
        { "GET", "/echo/a%2Fb/c", "", "" },
        { "GET", "/echo/plus+sign/a%2Bb", "", "" },
        { "GET", "/echo/one/../two/./three", "", "" },
        { "GET", "/echo//double//slash", "", "" },
        { "GET", "/echo/%7Etilde/~tilde;params=1", "", "" },
        { "GET", "/ECHO/Case", "", "" },
        { "GET", "/echo/q?a=1&a=2&b=&c&d=%26%3D&e=a+b&%C3%BC=%C3%BC", "", "" },
        { "GET", "/echo/q?a=1?b=2", "", "" },
        { "GET", "/echo/h", "X-App-One: 1\r\nx-app-two: two words\r\nX-App-Empty: \r\n", "" },
        { "GET", "/echo/c", "Cookie: a=1; b=two; c=%20\r\n", "" },
        { "DELETE", "/echo/d", "", "" },
        { "OPTIONS", "/echo/o", "", "" },
        { "PATCH", "/echo/p", Json, """{"a":1}""" },
        { "PUT", "/echo/p", "Content-Type: text/plain\r\n", "some text" },
        { "POST", "/echo/p", Json, "" },
        { "POST", "/echo/p", Form, "a=1&b=2" },
        { "GET", "/route/17/name?query=q", "", "" },
        { "GET", "/route/no-number/name", "", "" },
        { "POST", "/form", Form, "b=two+words&a=%C3%BC" },
        { "POST", "/json", Json, """{"id":1,"name":"n"}""" },
        { "POST", "/json", "Content-Type: text/plain\r\n", "no JSON" },
        { "POST", "/text", "", "" },
        { "GET", "/user", "", "" },
        { "GET", "/head", "", "" },
        { "HEAD", "/head", "", "" },
        { "HEAD", "/nowhere", "", "" },
        { "GET", "/status/200", "", "" },
        { "GET", "/status/404", "", "" },
        { "GET", "/status/418", "", "" },
        { "GET", "/status/599", "", "" },
        { "GET", "/status/204", "", "" },
        { "GET", "/status/304", "", "" },
        { "GET", "/nothing", "", "" },
        { "GET", "/nowhere", "", "" },
        { "GET", "/redirect", "", "" },
        { "GET", "/problem", "", "" },
        { "GET", "/headers", "", "" },
        { "GET", "/content-length", "", "" },
        { "GET", "/array?count=0", "", "" },
        { "GET", "/array?count=3", "", "" },
        { "GET", "/array?count=x", "", "" },
        { "GET", "/binary", "", "" },
        { "GET", "/file", "", "" },
        { "GET", "/stream", "", "" },
        { "GET", "/pipe", "", "" },
        { "GET", "/mixed", "", "" },
        { "GET", "/obsolete-body", "", "" },
        { "GET", "/on-starting", "", "" },
        { "GET", "/late", "", "" },
        { "GET", "/complete", "", "" },
        { "GET", "/no-body/204", "", "" },
        { "GET", "/no-body/304", "", "" },
        { "GET", "/synchronous", "", "" },
        { "GET", "/no-buffering", "", "" },
        { "GET", "/trailers", "", "" },
        { "GET", "/handled/throw", "", "" },
        { "GET", "/handled/problem", "", "" },
        { "GET", "/link", "", "" },
        { "GET", "/echo/h", "X-App-Twice: one\r\nX-App-Twice: two\r\n", "" },
        { "GET", "/no-body/205", "", "" },
        { "GET", "/complete-early", "", "" },
        { "GET", "/after-complete", "", "" },
        { "GET", "/lifetime", "", "" },
        { "GET", "/reason", "", "" },
        { "GET", "/file/whole", "", "" },
        { "GET", "/unflushed", "", "" },
        { "GET", "/append-trailer", "", "" },
        { "GET", "/hosted-service", "", "" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task The_same_request_gets_the_same_answer(string method, string target, string headers, string body) =>
        await CompareAsync(servers.Lambda, Write(method, target, headers, body), method, text => Normalize(text));

    /// <summary>A REST API's event has the query decoded and the stage in front of the path, which is the app's path base there.</summary>
    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_REST_API_makes_no_difference(string method, string target, string headers, string body) =>
        await CompareAsync(
            servers.RestApi, Write(method, "/Prod" + target, headers, body), method, text => Normalize(text, "queryString", "rawTarget"));

    private static string Write(string method, string target, string headers, string body)
    {
        string length = body.Length > 0 || method is "POST" ? $"Content-Length: {body.Length}\r\n" : "";
        return $"{method} {target} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n{headers}{length}\r\n{body}";
    }

    private async Task CompareAsync(RunningApp server, string request, string method, Func<string, string> normalize)
    {
        RawResponse kestrel = await servers.Kestrel.SendAsync(request);
        RawResponse lambda = await server.SendAsync(request);

        Assert.Equal(kestrel.Status, lambda.Status);
        Assert.Equal(Comparable(kestrel, kestrel), Comparable(lambda, kestrel));
        Assert.True(kestrel.IsWhole && lambda.IsWhole);
        // An empty body may keep a function URL's caller waiting, so the runtime sends a newline where a body is allowed.
        bool mayHaveBody = method != "HEAD" && lambda.Status is not (204 or 205 or 304);
        string expected = kestrel.Text.Length == 0 && mayHaveBody ? "\n" : normalize(kestrel.Text);
        Assert.Equal(expected, normalize(lambda.Text));
    }

    /// <summary>Several values of one header reach a function URL as one, joined; cookies stay apart. A response without a content type has none on
    /// Kestrel; AWS's services say what they take it for.</summary>
    private static string[] Comparable(RawResponse response, RawResponse kestrel) => [.. response.Headers
        .Where(header => !ServersOwn.Contains(header.Name))
        .Where(header => header.Name != "content-type" || kestrel.Header("content-type") is not null)
        .GroupBy(header => header.Name)
        .SelectMany(group => group.Key == "set-cookie"
            ? group.Select(header => header.Value)
            : [$"{group.Key}: {string.Join(", ", group.Select(header => header.Value))}"])];

    /// <summary>Without what two answers to the same request cannot share: trace ids, and 'Content-Length: 0' of a request without a body, which
    /// Lambda's event leaves out.</summary>
    private static string Normalize(string text, params string[] without)
    {
        if (!text.StartsWith('{'))
            return text;
        JsonObject json = JsonNode.Parse(text)!.AsObject();
        json.Remove("traceId");
        foreach (string name in without)
            json.Remove(name);
        if (json["body"]?.ToString().Length == 0)
            json.Remove("contentLength");
        return json.ToJsonString();
    }
}
