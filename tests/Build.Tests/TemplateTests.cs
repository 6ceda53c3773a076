using YamlDotNet.RepresentationModel;

namespace StreamingLambda.Build.Tests;

/// <summary>Holds the facts of template.yaml that a deployment depends on.</summary>
public sealed class TemplateTests
{
    private readonly YamlNode _template = Load();

    [Theory]
    [InlineData("StreamingNumbers", "SendNumbersWithPause")]
    [InlineData("ConditionalStreaming", "ConditionalStreamingHandler")]
    public void Each_function_has_its_handler_and_a_signed_streaming_url(string function, string handler)
    {
        YamlNode resource = At(_template, "Resources", function);

        Assert.Equal("AWS::Serverless::Function", Text(resource, "Type"));
        Assert.Equal(handler, Text(resource, "Properties", "Handler"));
        Assert.Equal("AWS_IAM", Text(resource, "Properties", "FunctionUrlConfig", "AuthType"));
        Assert.Equal("RESPONSE_STREAM", Text(resource, "Properties", "FunctionUrlConfig", "InvokeMode"));
    }

    [Fact]
    public void There_are_no_other_functions()
    {
        IEnumerable<string> functions = Children(At(_template, "Resources"))
            .Where(resource => Text(resource.Value, "Type") == "AWS::Serverless::Function")
            .Select(resource => resource.Key);

        Assert.Equal(["StreamingNumbers", "ConditionalStreaming"], functions);
    }

    [Fact]
    public void All_functions_share_the_zip_that_build_sh_leaves_and_the_platform()
    {
        YamlNode shared = At(_template, "Globals", "Function");

        Assert.Equal("artifacts/bootstrap.zip", Text(shared, "CodeUri"));
        Assert.Equal("!Ref LambdaRuntime", Text(shared, "Runtime"));
        Assert.Equal(["arm64"], Items(At(shared, "Architectures")));
        Assert.Equal("128", Text(shared, "MemorySize"));
        Assert.Equal("15", Text(shared, "Timeout"));
        Assert.Equal("JSON", Text(shared, "LoggingConfig", "LogFormat"));
    }

    [Fact]
    public void The_runtime_is_a_parameter_al2_by_default()
    {
        YamlNode parameter = At(_template, "Parameters", "LambdaRuntime");

        Assert.Equal("provided.al2", Text(parameter, "Default"));
        Assert.Equal(["provided.al2", "provided.al2023"], Items(At(parameter, "AllowedValues")));
    }

    [Theory]
    [InlineData("StreamingNumbers")]
    [InlineData("ConditionalStreaming")]
    public void Both_permissions_of_a_url_caller_go_to_the_account_only_when_asked_for(string function)
    {
        YamlNode url = At(_template, "Resources", $"{function}UrlPermission");
        YamlNode invoke = At(_template, "Resources", $"{function}InvokePermission");

        Assert.Equal("lambda:InvokeFunctionUrl", Text(url, "Properties", "Action"));
        Assert.Equal("AWS_IAM", Text(url, "Properties", "FunctionUrlAuthType"));
        Assert.Equal("lambda:InvokeFunction", Text(invoke, "Properties", "Action"));
        Assert.Equal("true", Text(invoke, "Properties", "InvokedViaFunctionUrl"));
        Assert.All([url, invoke], permission =>
        {
            Assert.Equal("AWS::Lambda::Permission", Text(permission, "Type"));
            Assert.Equal("AccountMayInvoke", Text(permission, "Condition"));
            Assert.Equal($"!Ref {function}", Text(permission, "Properties", "FunctionName"));
            Assert.Equal("!Ref AWS::AccountId", Text(permission, "Properties", "Principal"));
        });
        Assert.Equal("false", Text(_template, "Parameters", "GrantInvokeToAccount", "Default"));
    }

    [Theory]
    [InlineData("StreamingNumbers")]
    [InlineData("ConditionalStreaming")]
    public void Each_url_is_an_output(string function)
    {
        Assert.Equal($"!GetAtt {function}Url.FunctionUrl", Text(_template, "Outputs", $"{function}Url", "Value"));
    }

    [Theory]
    [InlineData("Numbers", "StreamingNumbers", "numbers")]
    [InlineData("Conditional", "ConditionalStreaming", "conditional")]
    public void A_rest_api_streams_from_each_function_only_when_asked_for(string part, string function, string path)
    {
        YamlNode method = At(_template, "Resources", $"{part}Method");
        YamlNode integration = At(method, "Properties", "Integration");
        YamlNode permission = At(_template, "Resources", $"{part}ApiPermission", "Properties");

        Assert.Equal("NONE", Text(_template, "Parameters", "RestApi", "Default"));
        Assert.Equal("HasRestApi", Text(method, "Condition"));
        Assert.Equal(path, Text(_template, "Resources", $"{part}Resource", "Properties", "PathPart"));
        Assert.Equal("STREAM", Text(integration, "ResponseTransferMode"));
        Assert.Equal("POST", Text(integration, "IntegrationHttpMethod"));
        Assert.Equal(
            $"!Sub arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2021-11-15/functions/${{{function}.Arn}}"
                + "/response-streaming-invocations",
            Text(integration, "Uri"));
        Assert.Equal("lambda:InvokeFunction", Text(permission, "Action"));
        Assert.Equal("apigateway.amazonaws.com", Text(permission, "Principal"));
        Assert.Equal($"!Ref {function}", Text(permission, "FunctionName"));
        Assert.EndsWith($":${{StreamingApi}}/*/*/{path}", Text(permission, "SourceArn"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_resource_of_the_rest_api_has_its_condition() => Assert.All(
        Children(At(_template, "Resources"))
            .Where(resource => Text(resource.Value, "Type").StartsWith("AWS::ApiGateway::", StringComparison.Ordinal)),
        resource => Assert.Contains(Text(resource.Value, "Condition"), (string[])["HasRestApi", "RestApiIsSigned", "RestApiNeedsKey"]));

    [Fact]
    public void Another_authorization_of_the_rest_api_is_another_deployment()
    {
        IEnumerable<KeyValuePair<string, YamlNode>> deployments = Children(At(_template, "Resources"))
            .Where(resource => Text(resource.Value, "Type") == "AWS::ApiGateway::Deployment");

        Assert.Equal(
            [("SignedDeployment", "RestApiIsSigned"), ("KeyDeployment", "RestApiNeedsKey")],
            deployments.Select(deployment => (deployment.Key, Text(deployment.Value, "Condition"))));
        Assert.All(deployments, deployment => Assert.Equal(["NumbersMethod", "ConditionalMethod"], Items(At(deployment.Value, "DependsOn"))));
        Assert.Equal(["!Ref RestApi", "AWS_IAM"], Items(At(_template, "Conditions", "RestApiIsSigned")));
        Assert.Equal(["!Ref RestApi", "API_KEY"], Items(At(_template, "Conditions", "RestApiNeedsKey")));
        Assert.Equal(
            ["RestApiNeedsKey", "!Ref KeyDeployment", "!Ref SignedDeployment"],
            Items(At(_template, "Resources", "ApiStage", "Properties", "DeploymentId")));
    }

    private static YamlNode Load()
    {
        using StreamReader reader = new(Repository.PathOf("template.yaml"));
        YamlStream yaml = [];
        yaml.Load(reader);
        return yaml.Documents.Single().RootNode;
    }

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (at, key) => at[key]);

    /// <summary>A scalar as it is written, with CloudFormation's short form of a function ('!Ref') in front.</summary>
    private static string Text(YamlNode node, params string[] path)
    {
        YamlScalarNode scalar = Assert.IsType<YamlScalarNode>(At(node, path));
        return scalar.Tag.IsEmpty ? scalar.Value! : $"{scalar.Tag} {scalar.Value}";
    }

    private static IEnumerable<KeyValuePair<string, YamlNode>> Children(YamlNode node) =>
        ((YamlMappingNode)node).Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, child.Value));

    private static IEnumerable<string> Items(YamlNode node) => ((YamlSequenceNode)node).Select(item => Text(item));
}
