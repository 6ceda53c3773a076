using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Runtime.Tests.Events;

public sealed class FunctionUrlRequestTests
{
    private const string Complete = """
        {
          "version": "2.0",
          "routeKey": "$default",
          "rawPath": "/capture/space%20value",
          "rawQueryString": "tag=a%2Cb&tag=c&literalPlus=a+b&plus=%2B&empty=&bare",
          "cookies": ["session=abc=1", "theme=dark", "theme=light"],
          "headers": { "accept": "text/plain,text/html", "x-amzn-trace-id": "Root=1-2-3", "cookie": "session=abc=1; theme=dark; theme=light" },
          "queryStringParameters": { "tag": "a,b,c", "literalPlus": "a b", "plus": "+", "empty": "", "bare": "" },
          "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "authentication": null,
            "authorizer": {
              "iam": {
                "accessKey": "AKIAEXAMPLE",
                "accountId": "210987654321",
                "callerId": "AIDAEXAMPLE:session",
                "cognitoIdentity": null,
                "principalOrgId": "o-example",
                "userArn": "arn:aws:sts::210987654321:assumed-role/reader/session",
                "userId": "AIDAEXAMPLE:session"
              }
            },
            "domainName": "abcdefghij.lambda-url.eu-central-1.on.aws",
            "domainPrefix": "abcdefghij",
            "http": { "method": "POST", "path": "/capture/space value", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
              "userAgent": "curl/8.5.0" },
            "requestId": "f2c3a1c0-0000-4000-8000-000000000001",
            "routeKey": "$default",
            "stage": "$default",
            "time": "10/Jul/2026:19:19:06 +0000",
            "timeEpoch": 1783711146123
          },
          "body": "{\"name\":\"Zoë\"}",
          "pathParameters": null,
          "isBase64Encoded": false,
          "stageVariables": null,
          "somethingNew": { "of": ["next", "year"] }
        }
        """;

    [Fact]
    public void Every_field_is_read()
    {
        FunctionUrlRequest request = Read(Complete);

        Assert.Equal("2.0", request.Version);
        Assert.Equal("$default", request.RouteKey);
        Assert.Equal("/capture/space%20value", request.RawPath);
        Assert.Equal("tag=a%2Cb&tag=c&literalPlus=a+b&plus=%2B&empty=&bare", request.RawQueryString);
        Assert.Equal(["session=abc=1", "theme=dark", "theme=light"], request.Cookies);
        Assert.Equal(3, request.Headers.Count);
        Assert.Equal(5, request.QueryStringParameters.Count);
        Assert.Equal("""{"name":"Zoë"}""", request.Body);
        Assert.False(request.IsBase64Encoded);
        Assert.Null(request.PathParameters);
        Assert.Null(request.StageVariables);
    }

    [Fact]
    public void Every_field_of_the_request_context_is_read()
    {
        FunctionUrlRequestContext context = Read(Complete).RequestContext;

        Assert.Equal("123456789012", context.AccountId);
        Assert.Equal("abcdefghij", context.ApiId);
        Assert.Null(context.Authentication);
        Assert.Equal("abcdefghij.lambda-url.eu-central-1.on.aws", context.DomainName);
        Assert.Equal("abcdefghij", context.DomainPrefix);
        Assert.Equal("f2c3a1c0-0000-4000-8000-000000000001", context.RequestId);
        Assert.Equal("$default", context.RouteKey);
        Assert.Equal("$default", context.Stage);
        Assert.Equal("10/Jul/2026:19:19:06 +0000", context.Time);
        Assert.Equal(1783711146123, context.TimeEpoch);
        Assert.Equal(new DateTimeOffset(2026, 7, 10, 19, 19, 6, 123, TimeSpan.Zero), context.ReceivedAt);
        Assert.Equal("POST", context.Http.Method);
        Assert.Equal("/capture/space value", context.Http.Path);
        Assert.Equal("HTTP/1.1", context.Http.Protocol);
        Assert.Equal("203.0.113.7", context.Http.SourceIp);
        Assert.Equal("curl/8.5.0", context.Http.UserAgent);
    }

    [Fact]
    public void Every_field_of_the_caller_is_read()
    {
        FunctionUrlIamIdentity? identity = Read(Complete).RequestContext.Authorizer?.Iam;

        Assert.NotNull(identity);
        Assert.Equal("AKIAEXAMPLE", identity.AccessKey);
        Assert.Equal("210987654321", identity.AccountId);
        Assert.Equal("AIDAEXAMPLE:session", identity.CallerId);
        Assert.Null(identity.CognitoIdentity);
        Assert.Equal("o-example", identity.PrincipalOrgId);
        Assert.Equal("arn:aws:sts::210987654321:assumed-role/reader/session", identity.UserArn);
        Assert.Equal("AIDAEXAMPLE:session", identity.UserId);
    }

    [Theory]
    [InlineData("""{"version":"2.0","requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""
        {"version":"2.0","routeKey":null,"rawPath":null,"rawQueryString":null,"cookies":null,"headers":null,"queryStringParameters":null,
         "requestContext":{"authorizer":null,"http":{"method":"GET","path":null}},"body":null,"pathParameters":null,"stageVariables":null}
        """)]
    [InlineData(" \r\n\t{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}")]
    public void What_an_event_leaves_out_is_empty_or_null(string eventJson)
    {
        FunctionUrlRequest request = Read(eventJson);

        Assert.Equal("", request.RawPath);
        Assert.Equal("", request.RawQueryString);
        Assert.Empty(request.Cookies);
        Assert.Empty(request.Headers);
        Assert.Empty(request.QueryStringParameters);
        Assert.Equal("GET", request.RequestContext.Http.Method);
        Assert.Equal("", request.RequestContext.Http.Path);
        Assert.Null(request.RequestContext.Authorizer);
        Assert.Null(request.Body);
        Assert.True(request.ReadBody().IsEmpty);
        Assert.Equal("", request.ReadBodyText());
        Assert.Null(request.GetHeader("accept"));
        Assert.Null(request.GetQuery("tag"));
        Assert.Null(request.GetCookie("theme"));
        Assert.Empty(request.GetQueryValues("tag"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\"this is not used\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("null")]
    [InlineData("not JSON at all")]
    [InlineData("{")]
    [InlineData("{\"version\":\"\\ud800\"}")]
    [InlineData("""{"version":"1.0","requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""{"version":"2.0"}""")]
    [InlineData("""{"version":"2.0","requestContext":null}""")]
    [InlineData("""{"version":"2.0","requestContext":{"http":null}}""")]
    [InlineData("""{"version":"2.0","requestContext":{"http":7}}""")]
    [InlineData("""{"version":2.0,"requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""{"version":"2.0","requestContext":[{"http":{"method":"GET"}}]}""")]
    [InlineData("""{"version":"2.0","requestContext":{"http":{"method":"GET"}},"body":"cut of""")]
    [InlineData("""{"version":"2.0","requestContext":{"http":{"method":"GET"}}} and more""")]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"}]}""")]
    public void Anything_else_is_told_apart_without_an_exception(string eventJson)
    {
        Assert.False(FunctionUrlRequest.TryRead(Encoding.UTF8.GetBytes(eventJson), out FunctionUrlRequest? request));
        Assert.Null(request);
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("Accept")]
    [InlineData("ACCEPT")]
    public void Headers_are_found_in_any_case(string name)
    {
        FunctionUrlRequest request = Read(Complete);

        Assert.Equal("text/plain,text/html", request.GetHeader(name));
        Assert.Equal("text/plain,text/html", request.Headers[name]);
    }

    [Fact]
    public void Headers_that_differ_in_case_only_and_headers_without_a_value_do_no_harm()
    {
        FunctionUrlRequest request = Read("""{"version":"2.0","requestContext":{"http":{"method":"GET"}},"headers":{"A":"1","a":"2","b":null}}""");

        Assert.Equal("2", request.GetHeader("A"));
        Assert.Equal("2", request.Headers["A"]);
        Assert.Null(request.GetHeader("b"));
    }

    [Fact]
    public void Query_parameters_are_decoded_and_case_sensitive()
    {
        FunctionUrlRequest request = Read(Complete);

        Assert.Equal("a,b,c", request.GetQuery("tag"));
        Assert.Equal("a b", request.GetQuery("literalPlus"));
        Assert.Equal("+", request.GetQuery("plus"));
        Assert.Equal("", request.GetQuery("bare"));
        Assert.Null(request.GetQuery("Tag"));
    }

    [Fact]
    public void Values_of_a_repeated_query_parameter_can_be_kept_apart()
    {
        FunctionUrlRequest request = Read(Complete);

        Assert.Equal(["a,b", "c"], request.GetQueryValues("tag"));
        Assert.Equal(["a b"], request.GetQueryValues("literalPlus"));
        Assert.Equal(["+"], request.GetQueryValues("plus"));
        Assert.Equal([""], request.GetQueryValues("empty"));
        Assert.Equal([""], request.GetQueryValues("bare"));
        Assert.Empty(request.GetQueryValues("ta"));
    }

    [Fact]
    public void Cookies_are_found_by_name_and_the_first_of_two_counts()
    {
        FunctionUrlRequest request = Read(Complete);

        Assert.Equal("abc=1", request.GetCookie("session"));
        Assert.Equal("dark", request.GetCookie("theme"));
        Assert.Null(request.GetCookie("them"));
        Assert.Null(request.GetCookie("Theme"));
    }

    [Fact]
    public void A_text_body_is_read_as_UTF_8()
    {
        FunctionUrlRequest request = Read(Complete);

        Assert.Equal("""{"name":"Zoë"}"""u8.ToArray(), request.ReadBody().ToArray());
        Assert.Equal("""{"name":"Zoë"}""", request.ReadBodyText());
    }

    [Fact]
    public void A_base64_body_is_decoded()
    {
        byte[] body = [0, 255, 13, 10, 128];
        FunctionUrlRequest request = Read(
            $$$"""{"version":"2.0","requestContext":{"http":{}},"body":"{{{Convert.ToBase64String(body)}}}","isBase64Encoded":true}""");

        Assert.Equal(body, request.ReadBody().ToArray());
    }

    [Fact]
    public void A_body_that_should_be_base64_and_is_not_says_so()
    {
        FunctionUrlRequest request = Read("""{"version":"2.0","requestContext":{"http":{"method":"POST"}},"body":"%","isBase64Encoded":true}""");

        FormatException error = Assert.Throws<FormatException>(() => request.ReadBody());
        Assert.Contains("isBase64Encoded", error.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => request.ReadBodyText());
    }

    [Fact]
    public void Members_that_function_URLs_do_not_use_are_kept_where_another_service_does()
    {
        FunctionUrlRequest request = Read("""
            {"version":"2.0","requestContext":{"authentication":{"clientCert":"x"},"http":{"method":"GET"}},
             "pathParameters":{"id":"7"},"stageVariables":{"colour":"red"}}
            """);

        Assert.Equal("7", request.PathParameters?["id"]);
        Assert.Equal("red", request.StageVariables?["colour"]);
        Assert.Equal(JsonValueKind.Object, request.RequestContext.Authentication?.ValueKind);
    }

    /// <summary>What other tools than Lambda have been seen to send, or might: nobody who does not ask for it notices.</summary>
    [Theory]
    [InlineData("""  "isBase64Encoded":null  """)]
    [InlineData("""  "cookies":"a=1"  """)]
    [InlineData("""  "cookies":[7]  """)]
    [InlineData("""  "rawPath":7,"rawQueryString":{},"routeKey":[],"body":{"a":1},"pathParameters":"x","stageVariables":true  """)]
    [InlineData("""  "headers":{"accept":"text/plain","x-number":7,"x-list":["a"],"x-half":"\ud800"}  """)]
    [InlineData("""  "queryStringParameters":{"name":"Ada","other":7,"half":"\udc00"}  """)]
    [InlineData("""  "rawPath":"/\ud800","body":"\ud800"  """)]
    [InlineData("""  "\ud800":"a name that is none"  """)]
    public void An_odd_member_is_left_alone(string member)
    {
        FunctionUrlRequest request = Read($$$$"""
            {"headers":{"accept":"text/plain"},"queryStringParameters":{"name":"Ada"},{{{{member}}}},
             "version":"2.0","requestContext":{"http":{"method":"GET","path":"/a","sourceIp":7},"timeEpoch":1783711146123.5,"authorizer":7,
             "authentication":"\ud800"}}
            """);

        Assert.Equal("text/plain", request.GetHeader("Accept"));
        Assert.Equal("Ada", request.GetQuery("name"));
        Assert.Equal(("GET", "/a"), (request.RequestContext.Http.Method, request.RequestContext.Http.Path));
        Assert.Equal(1783711146123, request.RequestContext.TimeEpoch);
        Assert.NotNull(request.ToString());
        Assert.NotNull(request.RequestContext.ToString());
    }

    [Fact]
    public void A_member_of_another_form_is_named_when_it_is_asked_for()
    {
        FunctionUrlRequest request = Read("""
            {"version":"2.0","rawPath":7,"rawQueryString":["a=1"],"cookies":{"a":"1"},"headers":{"x":7,"y":"2"},"queryStringParameters":[],
             "isBase64Encoded":"true","body":{"item":"pen"},"pathParameters":true,
             "requestContext":{"http":{"method":false},"timeEpoch":"now","authorizer":7}}
            """);

        AssertNamed("The event has a number in 'rawPath', where AWS has text. Correct what makes such events.", () => request.RawPath);
        AssertNamed("a list in 'rawQueryString', where AWS has text", () => request.RawQueryString);
        AssertNamed("a list in 'rawQueryString', where AWS has text", () => request.GetQueryValues("a"));
        AssertNamed("an object in 'cookies', where AWS has a list", () => request.Cookies);
        AssertNamed("an object in 'cookies', where AWS has a list", () => request.GetCookie("a"));
        AssertNamed("a number in 'headers.x', where AWS has text", () => request.GetHeader("X"));
        AssertNamed("a number in 'headers.x', where AWS has text", () => request.Headers);
        AssertNamed("a list in 'queryStringParameters', where AWS has an object", () => request.GetQuery("a"));
        AssertNamed("a list in 'queryStringParameters', where AWS has an object", () => request.QueryStringParameters);
        AssertNamed("text in 'isBase64Encoded', where AWS has true or false", () => request.ReadBody());
        AssertNamed("an object in 'body', where AWS has text", () => request.Body);
        AssertNamed("true or false in 'pathParameters', where AWS has an object", () => request.PathParameters);
        AssertNamed("true or false in 'requestContext.http.method', where AWS has text", () => request.RequestContext.Http.Method);
        AssertNamed("text in 'requestContext.timeEpoch', where AWS has a number of at most 64 bits", () => request.RequestContext.TimeEpoch);
        AssertNamed("a number in 'requestContext.authorizer', where AWS has an object", () => request.RequestContext.Authorizer?.Iam);
        Assert.Equal("2", request.GetHeader("y"));

        static void AssertNamed(string message, Func<object?> ask) =>
            Assert.Contains(message, Assert.Throws<FormatException>(ask).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("null", 0)]
    [InlineData("-1", -1)]
    [InlineData("1783711146123.999", 1783711146123)]
    [InlineData("1.783711146123e12", 1783711146123)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_time_is_taken_to_the_millisecond(string json, long milliseconds) => Assert.Equal(milliseconds, ReadTime(json).TimeEpoch);

    [Theory]
    [InlineData("1e30", "where AWS has a number of at most 64 bits")]
    [InlineData("9223372036854775807", "where AWS has a time between the years 1 and 9999")]
    [InlineData("-62135596800001", "where AWS has a time between the years 1 and 9999")]
    public void A_time_beyond_the_calendar_is_named_and_can_be_printed_all_the_same(string json, string message)
    {
        FunctionUrlRequestContext context = ReadTime(json);

        Assert.Contains(message, Assert.Throws<FormatException>(() => context.ReceivedAt).Message, StringComparison.Ordinal);
        Assert.NotNull(context.ToString());
    }

    [Fact]
    public void Text_that_is_no_Unicode_is_read_with_a_replacement()
    {
        byte[] notUtf8 = [.. """{"version":"2.0","requestContext":{"http":{"method":"G"""u8, 0xFF, .. "\"}}}"u8];
        FunctionUrlRequest request = Read("""
            {"version":"2.0","requestContext":{"http":{"method":"\ud800"}},
             "headers":{"a":"\ud83d\ude00","b":"x\ud83dy","c":"\ude00\ud83d","d":"\ud83d\u0041"}}
            """);

        Assert.Equal("\ufffd", request.RequestContext.Http.Method);
        Assert.Equal("\ud83d\ude00", request.GetHeader("a"));
        Assert.Equal("x\ufffdy", request.GetHeader("b"));
        Assert.Equal("\ufffd\ufffd", request.GetHeader("c"));
        Assert.Equal("\ufffdA", request.GetHeader("d"));
        Assert.True(FunctionUrlRequest.TryRead(notUtf8, out FunctionUrlRequest? other));
        Assert.Equal("G\ufffd", other.RequestContext.Http.Method);
    }

    [Fact]
    public void Of_two_members_with_the_same_name_the_last_counts()
    {
        FunctionUrlRequest request = Read("""
            {"version":"1.0","body":"1","v\u0065rsion":"2.0","requestContext":7,"requestContext":{"http":{"method":"GET"}},"bod\u0079":"2"}
            """);

        Assert.Equal("2", request.Body);
    }

    [Fact]
    public void An_event_may_be_nested_to_any_depth()
    {
        const int levels = 100_000;

        FunctionUrlRequest request = Read(
            $$$"""{"deep":{{{new string('[', levels) + new string(']', levels)}}},"version":"2.0","requestContext":{"http":{"method":"GET"} } }""");

        Assert.Equal("GET", request.RequestContext.Http.Method);
    }

    [Fact]
    public void A_byte_order_mark_is_read_over()
    {
        FunctionUrlRequest text = Read("\ufeff" + """{"version":"2.0","requestContext":{"http":{"method":"PUT"}},"body":"\ufeff[1,2]"}""");
        FunctionUrlRequest base64 = Read("""{"version":"2.0","requestContext":{"http":{}},"body":"77u/WzEsMl0=","isBase64Encoded":true}""");

        Assert.All([text, base64], request =>
        {
            Assert.Equal([1, 2], request.ReadBody(NumbersJson.Default.Int32Array)!);
            Assert.Equal("[1,2]", request.ReadBodyText());
            Assert.Equal("\ufeff[1,2]"u8.ToArray(), request.ReadBody().ToArray());
        });
    }

    [Fact]
    public void A_typed_body_says_what_is_wrong_with_it()
    {
        Assert.Null(ReadNumbers("\"null\""));
        Assert.Equal([7], ReadNumbers("\"[\\u0037]\"")!);
        Assert.Equal("The body of the request is empty. Send JSON.", Assert.Throws<JsonException>(() => ReadNumbers("\"\"")).Message);
        Assert.Equal("The body of the request is empty. Send JSON.", Assert.Throws<JsonException>(() => ReadNumbers("null")).Message);
        Assert.Equal("$[1]", Assert.Throws<JsonException>(() => ReadNumbers("\"[1,true]\"")).Path);
        Assert.Contains("a list in 'body'", Assert.Throws<JsonException>(() => ReadNumbers("[1]")).Message, StringComparison.Ordinal);

        static int[]? ReadNumbers(string body) =>
            Read($$$"""{"version":"2.0","requestContext":{"http":{}},"body":{{{body}}} }""").ReadBody(NumbersJson.Default.Int32Array);
    }

    [Fact]
    public void A_body_is_in_memory_once_where_nothing_is_escaped_and_twice_where_something_is()
    {
        const int size = 6_000_000;
        byte[] plain = CreateEvent(new string('x', size)), escaped = CreateEvent(string.Concat(Enumerable.Repeat("\\\"", size / 2)));

        Assert.InRange(AllocatedBy(() => Assert.True(plain.AsSpan().Overlaps(ReadBytes(plain).Span))), 0, 10_000);
        Assert.InRange(AllocatedBy(() => Assert.Equal(size / 2, ReadBytes(escaped).Length)), size / 2, size + 10_000);

        static byte[] CreateEvent(string body) =>
            Encoding.UTF8.GetBytes($$$"""{"version":"2.0","requestContext":{"http":{"method":"POST"}},"body":"{{{body}}}"}""");

        static ReadOnlyMemory<byte> ReadBytes(byte[] eventJson) =>
            FunctionUrlRequest.TryRead(eventJson, out FunctionUrlRequest? request) ? request.ReadBody() : default;

        static long AllocatedBy(Action read)
        {
            read();
            long before = GC.GetAllocatedBytesForCurrentThread();
            read();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Nothing_of_a_request_is_printed_by_accident()
    {
        FunctionUrlRequest request = Read(Complete);

        FunctionUrlRequestContext context = request.RequestContext;
        string printed = $"{request} {context} {context.Http} {context.Authorizer} {context.Authorizer?.Iam}";

        Assert.All(["Zoë", "abc=1", "a%2Cb", "AKIAEXAMPLE", "203.0.113.7", "/capture", "arn:aws"], secret =>
            Assert.DoesNotContain(secret, printed, StringComparison.Ordinal));
        Assert.False(request.Equals(Read(Complete)));
    }

    private static FunctionUrlRequestContext ReadTime(string json) =>
        Read($$$"""{"version":"2.0","requestContext":{"http":{},"timeEpoch":{{{json}}} }}""").RequestContext;

    private static FunctionUrlRequest Read(string eventJson)
    {
        Assert.True(FunctionUrlRequest.TryRead(Encoding.UTF8.GetBytes(eventJson), out FunctionUrlRequest? request));
        return request;
    }
}

[JsonSerializable(typeof(int[]))]
internal sealed partial class NumbersJson : JsonSerializerContext;
