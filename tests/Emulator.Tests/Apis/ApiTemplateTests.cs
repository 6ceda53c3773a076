using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>APIs as templates describe them.</summary>
public sealed class ApiTemplateTests : IDisposable
{
    private const string Sam = """
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Function: { Runtime: provided.al2023, CodeUri: artifacts/bootstrap.zip, Handler: x }

        """;

    private const string StreamUri =
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/${F.Arn}/response-streaming-invocations";

    private const string BufferedUri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations";

    private readonly TemplateReading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Fact]
    public void Events_of_a_function_make_an_api_with_the_stage_that_SAM_gives_it()
    {
        ApiSettings api = Assert.Single(_reading.ReadApis($$"""
            {{Sam}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    Stream:
                      Type: Api
                      Properties: { Path: /stream, Method: get, ResponseTransferMode: RESPONSE_STREAM, TimeoutInMillis: 900000 }
                    Rest: { Type: Api, Properties: { Path: '/{proxy+}', Method: ANY } }
            """));

        Assert.Equal(("ServerlessRestApi", "Prod", ApiKind.Rest), (api.Name, api.Stage, api.Kind));
        Assert.Equal(TimeSpan.FromSeconds(30), api.IdleLimit);
        Assert.Equal(["GET /stream F ResponseStream 900 NONE", "ANY /{proxy+} F Buffered 29 NONE"], Describe(api));
        Assert.DoesNotContain(_reading.Said, line => line.Contains("not reproduced", StringComparison.Ordinal));
    }

    [Fact]
    public void An_api_of_SAM_s_own_has_stage_endpoint_variables_and_defaults()
    {
        ApiSettings api = Assert.Single(_reading.ReadApis($$"""
            {{Sam}}
              Api: { BinaryMediaTypes: [image~1png] }
            Parameters:
              Stage: { Type: String, Default: dev }
            Resources:
              Gate:
                Type: AWS::Serverless::Api
                Properties:
                  StageName: !Ref Stage
                  EndpointConfiguration: { Type: REGIONAL }
                  Variables: { colour: red }
                  Auth: { DefaultAuthorizer: AWS_IAM, ApiKeyRequired: true }
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    A: { Type: Api, Properties: { Path: /a, Method: GET, RestApiId: !Ref Gate } }
                    B:
                      Type: Api
                      Properties: { Path: /b, Method: GET, RestApiId: !Ref Gate, Auth: { Authorizer: NONE, ApiKeyRequired: false } }
                    C: { Type: Api, Properties: { Path: /c, Method: GET, RestApiId: !Ref Gate, Auth: { Authorizer: Pool } } }
              Key: { Type: AWS::ApiGateway::ApiKey, Properties: { Value: abcdefghijklmnopqrstuvwx } }
            """));

        Assert.Equal(("Gate", "dev", TimeSpan.FromMinutes(5)), (api.Name, api.Stage, api.IdleLimit));
        Assert.Equal("red", api.StageVariables["colour"]);
        Assert.Equal(["image/png"], api.BinaryMediaTypes);
        Assert.Equal(["abcdefghijklmnopqrstuvwx"], api.Keys);
        Assert.Equal(
            ["GET /a F Buffered 29 AWS_IAM key", "GET /b F Buffered 29 NONE", "GET /c F Buffered 29 Pool key"], Describe(api));
        Assert.Contains(_reading.Said, line =>
            line.StartsWith("GET /c of Gate is closed: its authorizer Pool is not reproduced here.", StringComparison.Ordinal));
    }

    [Fact]
    public void Resources_and_methods_of_CloudFormation_are_put_together()
    {
        ApiSettings api = Assert.Single(_reading.ReadApis($$"""
            {{Sam}}
            Resources:
              F: { Type: AWS::Serverless::Function }
              Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: n, EndpointConfiguration: { Types: [REGIONAL] } } }
              Orders: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: orders } }
              Order: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !Ref Orders, PathPart: '{id}' } }
              Root:
                Type: AWS::ApiGateway::Method
                Properties:
                  RestApiId: !Ref Api
                  ResourceId: !GetAtt Api.RootResourceId
                  HttpMethod: ANY
                  AuthorizationType: AWS_IAM
                  Integration:
                    { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub '{{StreamUri}}', ResponseTransferMode: STREAM, TimeoutInMillis: 60000 }
              Get:
                Type: AWS::ApiGateway::Method
                Properties:
                  RestApiId: !Ref Api
                  ResourceId: !Ref Order
                  HttpMethod: GET
                  AuthorizationType: NONE
                  ApiKeyRequired: true
                  Integration: { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub '{{BufferedUri}}' }
              Mock:
                Type: AWS::ApiGateway::Method
                Properties:
                  RestApiId: !Ref Api
                  ResourceId: !Ref Order
                  HttpMethod: OPTIONS
                  AuthorizationType: NONE
                  Integration: { Type: MOCK }
              Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Api } }
              Stage:
                Type: AWS::ApiGateway::Stage
                Properties: { RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: v1, Variables: { a: b } }
            """));

        Assert.Equal(("Api", "v1", "b"), (api.Name, api.Stage, api.StageVariables["a"]));
        Assert.Equal(["ANY / F ResponseStream 60 AWS_IAM", "GET /orders/{id} F Buffered 29 NONE key"], Describe(api));
        Assert.Contains("Mock is left out: its integration is of type MOCK, and only AWS_PROXY, a function, is reproduced.", _reading.Said);
    }

    [Theory]
    [InlineData("AWS::Serverless::Api", "DefinitionBody", "StageName: prod")]
    [InlineData("AWS::ApiGateway::RestApi", "Body", "Name: n")]
    public void A_definition_in_OpenAPI_is_read(string type, string member, string property)
    {
        ApiSettings api = Assert.Single(_reading.ReadApis($$"""
            {{Sam}}
            Resources:
              F: { Type: AWS::Serverless::Function }
              Api:
                Type: {{type}}
                Properties:
                  {{property}}
                  {{member}}:
                    openapi: 3.0.1
                    paths:
                      /stream:
                        x-amazon-apigateway-any-method:
                          operationId: Stream
                          security: [{ sigv4: [] }, { api_key: [] }]
                          x-amazon-apigateway-integration:
                            { type: aws_proxy, httpMethod: POST, uri: !Sub '{{StreamUri}}', responseTransferMode: STREAM }
                      /plain:
                        get:
                          security: [{ pool: [] }]
                          x-amazon-apigateway-integration: { type: AWS_PROXY, httpMethod: POST, uri: !Sub '{{BufferedUri}}' }
                    components:
                      securitySchemes:
                        sigv4: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 }
                        api_key: { type: apiKey, name: x-api-key, in: header }
                        pool: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authorizer: { type: cognito_user_pools } }
              Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, StageName: prod } }
            """));

        Assert.Equal(["ANY /stream F ResponseStream 29 AWS_IAM key", "GET /plain F Buffered 29 pool"], Describe(api));
        Assert.Equal("Stream", api.Routes[0].OperationName);
    }

    [Fact]
    public void Http_apis_have_routes_with_and_without_a_path()
    {
        ApiSettings api = Assert.Single(_reading.ReadApis($$"""
            {{Sam}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    A: { Type: HttpApi, Properties: { Path: '/a/{id}', Method: get } }
                    Rest: { Type: HttpApi }
            """));

        Assert.Equal((ApiKind.Http, "$default", ""), (api.Kind, api.Stage, api.StagePath));
        Assert.Equal(["GET /a/{id} F Buffered 30 NONE", "ANY $default F Buffered 30 NONE"], Describe(api));
    }

    [Theory]
    [InlineData(StreamUri, "", "a Uri with response-streaming-invocations needs ResponseTransferMode: STREAM.")]
    [InlineData(BufferedUri, ", ResponseTransferMode: STREAM", "ResponseTransferMode STREAM needs a Uri with /2021-11-15/functions/ARN/")]
    [InlineData(BufferedUri, ", ResponseTransferMode: RESPONSE_STREAM", "ResponseTransferMode is 'RESPONSE_STREAM'. It is one of BUFFERED, STREAM;")]
    [InlineData(BufferedUri, ", TimeoutInMillis: 900000", "TimeoutInMillis is '900000', not a number of milliseconds from 50 to 300000.")]
    public void A_wrong_integration_is_refused_with_its_line(string target, string more, string message)
    {
        string refusal = _reading.Refusal($$"""
            {{Sam}}
            Resources:
              F: { Type: AWS::Serverless::Function }
              Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: n } }
              Root:
                Type: AWS::ApiGateway::Method
                Properties:
                  RestApiId: !Ref Api
                  ResourceId: !GetAtt Api.RootResourceId
                  HttpMethod: ANY
                  Integration: { Type: AWS_PROXY, Uri: !Sub '{{target}}'{{more}} }
              Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, StageName: v1 } }
            """);

        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.Contains("template.yaml, line 14: ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void An_HTTP_API_waits_for_half_a_minute_at_most()
    {
        string refusal = _reading.Refusal($$"""
            {{Sam}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    A: { Type: HttpApi, Properties: { Path: /a, Method: get, TimeoutInMillis: 30001 } }
            """);

        Assert.Contains("TimeoutInMillis is '30001', not a number of milliseconds from 50 to 30000.", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RestApiId: !ImportValue shared", "its RestApiId cannot be known here: Fn::ImportValue is not evaluated here.")]
    [InlineData("RestApiId: abc123", "its API abc123 is not in this template, or was left out.")]
    [InlineData("Auth: { Authorizer: !ImportValue who }", "its Auth.Authorizer cannot be known here")]
    public void What_cannot_be_known_is_left_out_with_the_reason(string property, string reason)
    {
        Assert.Empty(_reading.ReadApis($$"""
            {{Sam}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    A: { Type: Api, Properties: { Path: /a, Method: GET, {{property}} } }
            """));

        Assert.Contains(_reading.Said, line => line.StartsWith("The event A of F is left out: ", StringComparison.Ordinal)
            && line.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void SAM_s_name_for_streaming_is_said_where_the_integration_s_own_stands()
    {
        ApiSettings api = Assert.Single(_reading.ReadApis($$"""
            {{Sam}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    A: { Type: Api, Properties: { Path: /a, Method: GET, ResponseTransferMode: STREAM } }
            """));

        Assert.Equal(InvokeMode.ResponseStream, api.Routes[0].Mode);
        Assert.Contains(
            _reading.Said, line => line.StartsWith("F: SAM's name for ResponseTransferMode is RESPONSE_STREAM;", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "GET /a F Buffered 29 Pool")]
    [InlineData("NONE", "GET /a F Buffered 29 NONE")]
    [InlineData("AWS_IAM", "GET /a F Buffered 29 AWS_IAM")]
    public void The_command_line_decides_who_gets_in(string? auth, string route)
    {
        var options = new EmulatorOptions { Auth = auth is null ? null : SettingNames.AuthTypes[auth] };
        ApiSettings api = Assert.Single(_reading.ReadApis(
            $$"""
            {{Sam}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    A: { Type: Api, Properties: { Path: /a, Method: GET, Auth: { Authorizer: Pool } } }
            """,
            options));

        Assert.Equal([route], Describe(api));
    }

    [Theory]
    [InlineData("NONE", 0, "")]
    [InlineData("AWS_IAM", 1, "AWS_IAM")]
    [InlineData("API_KEY", 1, "NONE key")]
    public void The_template_of_this_repository_has_an_api_when_asked_for(string value, int count, string auth)
    {
        var options = new EmulatorOptions { Parameters = new Dictionary<string, string> { ["RestApi"] = value } };
        IReadOnlyList<ApiSettings> apis = _reading.ReadApis(Repository.Read("template.yaml"), options);

        Assert.Equal(count, apis.Count);
        Assert.All(apis, api =>
        {
            Assert.Equal(("StreamingApi", "prod", TimeSpan.FromMinutes(5)), (api.Name, api.Stage, api.IdleLimit));
            Assert.Equal(
                [$"ANY /numbers StreamingNumbers ResponseStream 900 {auth}", $"ANY /conditional ConditionalStreaming ResponseStream 900 {auth}"],
                Describe(api));
        });
        Assert.DoesNotContain(_reading.Said, line => line.Contains("left out", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Describe(ApiSettings api) => api.Routes.Select(route => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{route.Method} {route.Resource} {route.Function} {route.Mode} {route.Timeout.TotalSeconds} {Who(route.Auth)}"));

    private static string Who(RouteAuth auth) =>
        (auth.Authorizer ?? (auth.IsSigned ? "AWS_IAM" : "NONE")) + (auth.NeedsKey ? " key" : "");
}
