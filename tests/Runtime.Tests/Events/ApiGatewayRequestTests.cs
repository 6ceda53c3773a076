using System.Text;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Runtime.Tests.Events;

public sealed class ApiGatewayRequestTests
{
    private const string Complete = """
        {
          "resource": "/orders/{id}",
          "path": "/orders/7",
          "httpMethod": "POST",
          "headers": { "Accept": "text/html", "Cookie": "theme=light", "X-Forwarded-Proto": "https" },
          "multiValueHeaders": { "Accept": ["text/plain", "text/html"], "Cookie": ["session=abc=1; theme=dark", "theme=light"] },
          "queryStringParameters": { "tag": "c", "name": "Zoë" },
          "multiValueQueryStringParameters": { "tag": ["a,b", "c"], "name": ["Zoë"] },
          "pathParameters": { "id": "7" },
          "stageVariables": { "colour": "red" },
          "requestContext": {
            "resourceId": "abc123",
            "authorizer": { "tenant": "acme", "claims": { "sub": "s-1" } },
            "resourcePath": "/orders/{id}",
            "operationName": "PlaceOrder",
            "httpMethod": "POST",
            "extendedRequestId": "ExampleId=",
            "requestTime": "10/Jul/2026:19:19:06 +0000",
            "path": "/prod/orders/7",
            "accountId": "123456789012",
            "protocol": "HTTP/1.1",
            "stage": "prod",
            "domainPrefix": "abcdefghij",
            "requestTimeEpoch": 1783711146123,
            "requestId": "f2c3a1c0-0000-4000-8000-000000000001",
            "identity": {
              "cognitoIdentityPoolId": null,
              "accountId": "210987654321",
              "cognitoIdentityId": "eu-central-1:1",
              "caller": "AIDAEXAMPLE",
              "sourceIp": "203.0.113.7",
              "principalOrgId": "o-example",
              "vpcId": "vpc-1",
              "vpceId": "vpce-1",
              "accessKey": "AKIAEXAMPLE",
              "cognitoAuthenticationType": "authenticated",
              "cognitoAuthenticationProvider": "provider",
              "userArn": "arn:aws:iam::210987654321:user/reader",
              "userAgent": "curl/8.5.0",
              "user": "AIDAEXAMPLE",
              "apiKey": "key",
              "apiKeyId": "key-id",
              "clientCert": { "serialNumber": "1" }
            },
            "domainName": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "apiId": "abcdefghij"
          },
          "body": "{\"name\":\"Zoë\"}",
          "isBase64Encoded": false
        }
        """;

    [Fact]
    public void Every_field_is_read()
    {
        ApiGatewayRequest request = Read(Complete);

        Assert.Null(request.Version);
        Assert.Equal(("/orders/{id}", "/orders/7", "POST"), (request.Resource, request.Path, request.HttpMethod));
        Assert.Equal(3, request.Headers.Count);
        Assert.Equal(2, request.MultiValueHeaders.Count);
        Assert.Equal(["a,b", "c"], request.MultiValueQueryStringParameters["tag"]);
        Assert.Equal("c", request.QueryStringParameters["tag"]);
        Assert.Equal("7", request.PathParameters["id"]);
        Assert.Equal("red", request.StageVariables["colour"]);
        Assert.Equal("""{"name":"Zoë"}""", request.Body);
        Assert.Equal("""{"name":"Zoë"}""", request.ReadBodyText());
        Assert.False(request.IsBase64Encoded);
    }

    [Fact]
    public void Every_field_of_the_request_context_is_read()
    {
        ApiGatewayRequestContext context = Read(Complete).RequestContext;

        Assert.Equal("123456789012", context.AccountId);
        Assert.Equal("abcdefghij", context.ApiId);
        Assert.Equal("acme", context.Authorizer?.GetProperty("tenant").GetString());
        Assert.Equal("abcdefghij.execute-api.eu-central-1.amazonaws.com", context.DomainName);
        Assert.Equal("abcdefghij", context.DomainPrefix);
        Assert.Equal("ExampleId=", context.ExtendedRequestId);
        Assert.Equal("POST", context.HttpMethod);
        Assert.Equal("/prod/orders/7", context.Path);
        Assert.Equal("HTTP/1.1", context.Protocol);
        Assert.Equal("f2c3a1c0-0000-4000-8000-000000000001", context.RequestId);
        Assert.Equal("10/Jul/2026:19:19:06 +0000", context.RequestTime);
        Assert.Equal(1783711146123, context.RequestTimeEpoch);
        Assert.Equal(new DateTimeOffset(2026, 7, 10, 19, 19, 6, 123, TimeSpan.Zero), context.ReceivedAt);
        Assert.Equal("PlaceOrder", context.OperationName);
        Assert.Equal("abc123", context.ResourceId);
        Assert.Equal("/orders/{id}", context.ResourcePath);
        Assert.Equal("prod", context.Stage);
    }

    [Fact]
    public void Every_field_of_the_caller_is_read()
    {
        ApiGatewayIdentity identity = Read(Complete).RequestContext.Identity;

        Assert.Equal("AKIAEXAMPLE", identity.AccessKey);
        Assert.Equal("210987654321", identity.AccountId);
        Assert.Equal("key", identity.ApiKey);
        Assert.Equal("key-id", identity.ApiKeyId);
        Assert.Equal("AIDAEXAMPLE", identity.Caller);
        Assert.Equal("1", identity.ClientCert?.GetProperty("serialNumber").GetString());
        Assert.Equal("authenticated", identity.CognitoAuthenticationType);
        Assert.Equal("provider", identity.CognitoAuthenticationProvider);
        Assert.Equal("eu-central-1:1", identity.CognitoIdentityId);
        Assert.Null(identity.CognitoIdentityPoolId);
        Assert.Equal("o-example", identity.PrincipalOrgId);
        Assert.Equal("203.0.113.7", identity.SourceIp);
        Assert.Equal("AIDAEXAMPLE", identity.User);
        Assert.Equal("curl/8.5.0", identity.UserAgent);
        Assert.Equal("arn:aws:iam::210987654321:user/reader", identity.UserArn);
        Assert.Equal(("vpc-1", "vpce-1"), (identity.VpcId, identity.VpceId));
    }

    [Fact]
    public void Several_values_are_kept_apart_and_found_by_name()
    {
        ApiGatewayRequest request = Read(Complete);

        Assert.Equal("text/html", request.GetHeader("accept"));
        Assert.Equal(["text/plain", "text/html"], request.GetHeaderValues("ACCEPT"));
        Assert.Equal(["https"], request.GetHeaderValues("x-forwarded-proto"));
        Assert.Empty(request.GetHeaderValues("x-none"));
        Assert.Equal("c", request.GetQuery("tag"));
        Assert.Equal(["a,b", "c"], request.GetQueryValues("tag"));
        Assert.Equal(["Zoë"], request.GetQueryValues("name"));
        Assert.Empty(request.GetQueryValues("Tag"));
        Assert.Equal(["session=abc=1", "theme=dark", "theme=light"], request.Cookies);
        Assert.Equal("abc=1", request.GetCookie("session"));
        Assert.Equal("dark", request.GetCookie("theme"));
        Assert.Null(request.GetCookie("them"));
    }

    [Theory]
    [InlineData("""{"resource":"/","httpMethod":"GET","requestContext":{}}""")]
    [InlineData("""
        {"version":"1.0","resource":"/","path":null,"httpMethod":"GET","headers":null,"multiValueHeaders":null,"queryStringParameters":null,
         "multiValueQueryStringParameters":null,"pathParameters":null,"stageVariables":null,"requestContext":{"identity":null},
         "body":null,"isBase64Encoded":null}
        """)]
    public void What_an_event_leaves_out_is_empty_or_null(string eventJson)
    {
        ApiGatewayRequest request = Read(eventJson);

        Assert.Equal("", request.Path);
        Assert.Empty(request.Headers);
        Assert.Empty(request.MultiValueHeaders);
        Assert.Empty(request.QueryStringParameters);
        Assert.Empty(request.MultiValueQueryStringParameters);
        Assert.Empty(request.PathParameters);
        Assert.Empty(request.StageVariables);
        Assert.Empty(request.GetHeaderValues("accept"));
        Assert.Empty(request.GetQueryValues("tag"));
        Assert.Null(request.GetCookie("theme"));
        Assert.Null(request.RequestContext.Identity.SourceIp);
        Assert.Null(request.RequestContext.Authorizer);
        Assert.Null(request.Body);
        Assert.True(request.ReadBody().IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"version":"2.0","requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""{"version":"2.0","resource":"/","httpMethod":"GET","requestContext":{}}""")]
    [InlineData("""{"version":1,"resource":"/","httpMethod":"GET","requestContext":{}}""")]
    [InlineData("""{"resource":"/","httpMethod":"GET"}""")]
    [InlineData("""{"resource":7,"httpMethod":"GET","requestContext":{}}""")]
    [InlineData("""{"httpMethod":"GET","path":"/","requestContext":{"elb":{"targetGroupArn":"x"}}}""")]
    [InlineData("""{"requestContext":{"eventType":"MESSAGE","connectionId":"c1"}}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"}]}""")]
    public void Anything_else_is_told_apart_without_an_exception(string eventJson)
    {
        Assert.False(ApiGatewayRequest.TryRead(Encoding.UTF8.GetBytes(eventJson), out ApiGatewayRequest? request));
        Assert.Null(request);
    }

    [Fact]
    public void An_odd_member_is_left_alone_and_named_when_it_is_asked_for()
    {
        ApiGatewayRequest request = Read("""
            {"resource":"/","httpMethod":"GET","requestContext":{"requestTimeEpoch":1e30},"headers":{"a":7,"b":"2"},"multiValueHeaders":{"b":"2"},
             "body":[]}
            """);

        Assert.Equal("2", request.GetHeader("B"));
        AssertNamed("a number in 'headers.a', where AWS has text", () => request.GetHeader("A"));
        AssertNamed("text in 'multiValueHeaders.b', where AWS has a list", () => request.GetHeaderValues("b"));
        AssertNamed("a list in 'body', where AWS has text", () => request.ReadBody());
        AssertNamed("a number in 'requestContext.requestTimeEpoch'", () => request.RequestContext.ReceivedAt);
        Assert.NotNull(request.ToString());

        static void AssertNamed(string message, Func<object?> ask) =>
            Assert.Contains(message, Assert.Throws<FormatException>(ask).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base64_body_is_decoded_and_a_typed_one_read()
    {
        ApiGatewayRequest base64 = Read("""{"resource":"/","httpMethod":"PUT","requestContext":{},"body":"AP8=","isBase64Encoded":true}""");
        ApiGatewayRequest json = Read("""{"resource":"/","httpMethod":"PUT","requestContext":{},"body":"[1,2]","isBase64Encoded":false}""");

        Assert.Equal([0, 255], base64.ReadBody().ToArray());
        Assert.Equal([1, 2], json.ReadBody(NumbersJson.Default.Int32Array)!);
    }

    private static ApiGatewayRequest Read(string eventJson)
    {
        Assert.True(ApiGatewayRequest.TryRead(Encoding.UTF8.GetBytes(eventJson), out ApiGatewayRequest? request));
        return request;
    }
}
