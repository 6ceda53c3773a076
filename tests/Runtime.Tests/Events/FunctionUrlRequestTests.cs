using System.Text;
using System.Text.Json;

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
            "http": { "method": "POST", "path": "/capture/space value", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "curl/8.5.0" },
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
        Assert.Equal(
            new FunctionUrlHttp { Method = "POST", Path = "/capture/space value", Protocol = "HTTP/1.1", SourceIp = "203.0.113.7", UserAgent = "curl/8.5.0" },
            context.Http);
    }

    [Fact]
    public void Every_field_of_the_caller_is_read()
    {
        FunctionUrlIamIdentity? identity = Read(Complete).RequestContext.Authorizer?.Iam;

        Assert.Equal(
            new FunctionUrlIamIdentity
            {
                AccessKey = "AKIAEXAMPLE",
                AccountId = "210987654321",
                CallerId = "AIDAEXAMPLE:session",
                PrincipalOrgId = "o-example",
                UserArn = "arn:aws:sts::210987654321:assumed-role/reader/session",
                UserId = "AIDAEXAMPLE:session",
            },
            identity);
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
    [InlineData("""{"version":"2.0","requestContext":{"http":{"method":7}}}""")]
    [InlineData("""{"version":"2.0","requestContext":{"http":{"method":"GET"}}} and more""")]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"}]}""")]
    public void Anything_else_is_told_apart_without_an_exception(string eventJson)
    {
        Assert.False(FunctionUrlRequest.TryRead(Encoding.UTF8.GetBytes(eventJson), out FunctionUrlRequest? request));
        Assert.Null(request);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_told_apart_too()
    {
        byte[] bytes = [.. """{"version":"2.0","requestContext":{"http":{"method":"G"""u8, 0xFF, 0xFE, .. "\"}}}"u8];

        Assert.False(FunctionUrlRequest.TryRead(bytes, out _));
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
            $$$"""{"version":"2.0","requestContext":{"http":{"method":"POST"}},"body":"{{{Convert.ToBase64String(body)}}}","isBase64Encoded":true}""");

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

    private static FunctionUrlRequest Read(string eventJson)
    {
        Assert.True(FunctionUrlRequest.TryRead(Encoding.UTF8.GetBytes(eventJson), out FunctionUrlRequest? request));
        return request;
    }
}
