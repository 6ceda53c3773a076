using System.Globalization;

using YamlDotNet.RepresentationModel;

namespace StreamingLambda.Build.Tests;

/// <summary>Holds the facts of template.yaml, and of the templates of new projects, that a deployment depends on.</summary>
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
        Assert.Equal("128", Text(shared, "MemorySize"));
        AssertSettings(_template, shared);
    }

    [Theory]
    [InlineData("streaming-lambda", "128")]
    [InlineData("streaming-lambda-web", "256")]
    public void The_function_of_a_new_project_has_the_same_settings(string project, string memory)
    {
        YamlNode template = Load($"templates/{project}/template.yaml");
        YamlNode function = At(template, "Resources", "StreamingFunction", "Properties");

        Assert.Equal("artifacts/bootstrap.zip", Text(function, "CodeUri"));
        Assert.Equal(memory, Text(function, "MemorySize"));
        Assert.Equal("AWS_IAM", Text(function, "FunctionUrlConfig", "AuthType"));
        Assert.Equal("RESPONSE_STREAM", Text(function, "FunctionUrlConfig", "InvokeMode"));
        Assert.Equal("!GetAtt StreamingFunctionUrl.FunctionUrl", Text(template, "Outputs", "Url", "Value"));
        Assert.Equal("!Ref StreamingFunction", Text(template, "Outputs", "FunctionName", "Value"));
        AssertSettings(template, function);
        AssertPermissions(template, "", "StreamingFunction");
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
    public void Both_permissions_of_a_url_caller_go_to_the_caller_that_is_named(string function) => AssertPermissions(_template, function, function);

    [Theory]
    [InlineData("StreamingNumbers")]
    [InlineData("ConditionalStreaming")]
    public void Each_url_and_each_name_is_an_output(string function)
    {
        Assert.Equal($"!GetAtt {function}Url.FunctionUrl", Text(_template, "Outputs", $"{function}Url", "Value"));
        Assert.Equal($"!Ref {function}", Text(_template, "Outputs", $"{function}Name", "Value"));
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

    // What costs is off: traces, alarms, a caller that nobody named.
    private static void AssertSettings(YamlNode template, YamlNode function)
    {
        Assert.Equal(["!Ref Architecture"], Items(At(function, "Architectures")));
        Assert.Equal("arm64", Text(template, "Parameters", "Architecture", "Default"));
        Assert.Equal(["arm64", "x86_64"], Items(At(template, "Parameters", "Architecture", "AllowedValues")));
        // Longer than the 15 seconds after which server-sent events send a comment.
        Assert.Equal("60", Text(function, "Timeout"));
        Assert.Equal("JSON", Text(function, "LoggingConfig", "LogFormat"));
        Assert.Equal("!Ref Logs", Text(function, "LoggingConfig", "LogGroup"));
        Assert.Equal("!Ref LogRetentionDays", Text(template, "Resources", "Logs", "Properties", "RetentionInDays"));
        Assert.Equal("!Ref Tracing", Text(function, "Tracing"));
        Assert.Equal("PassThrough", Text(template, "Parameters", "Tracing", "Default"));
        Assert.Equal("!Ref AWS::StackName", Text(function, "Tags", "Application"));

        Assert.Equal("", Text(template, "Parameters", "AlarmTopicArn", "Default"));
        KeyValuePair<string, YamlNode>[] watching = [.. Children(At(template, "Resources")).Where(resource =>
            Text(resource.Value, "Type") is "AWS::CloudWatch::Alarm" or "AWS::Logs::MetricFilter")];
        // Responses that fail in the middle are errors nowhere but in the log.
        Assert.Equal(
            """{ ($.level = "ERROR") || ($.level = "FATAL") }""", Text(template, "Resources", "LoggedErrors", "Properties", "FilterPattern"));
        Assert.All(watching, resource => Assert.Equal("HasAlarms", Text(resource.Value, "Condition")));
        Assert.Equal(
            Children(At(template, "Resources"))
                .Where(resource => Text(resource.Value, "Type") == "AWS::Serverless::Function").Select(function => $"!Ref {function.Key}"),
            watching.Where(resource => Text(resource.Value, "Type") == "AWS::CloudWatch::Alarm"
                && Text(resource.Value, "Properties", "MetricName") == "Errors")
                .Select(alarm => Text(alarm.Value, "Properties", "Dimensions", "0", "Value")));
    }

    private static void AssertPermissions(YamlNode template, string prefix, string function)
    {
        YamlNode url = At(template, "Resources", $"{prefix}UrlPermission");
        YamlNode invoke = At(template, "Resources", $"{prefix}InvokePermission");

        Assert.Equal("lambda:InvokeFunctionUrl", Text(url, "Properties", "Action"));
        Assert.Equal("AWS_IAM", Text(url, "Properties", "FunctionUrlAuthType"));
        Assert.Equal("lambda:InvokeFunction", Text(invoke, "Properties", "Action"));
        Assert.Equal("true", Text(invoke, "Properties", "InvokedViaFunctionUrl"));
        Assert.All([url, invoke], permission =>
        {
            Assert.Equal("AWS::Lambda::Permission", Text(permission, "Type"));
            Assert.Equal("HasCaller", Text(permission, "Condition"));
            Assert.Equal($"!Ref {function}", Text(permission, "Properties", "FunctionName"));
            Assert.Equal("!Ref CallerArn", Text(permission, "Properties", "Principal"));
        });
        Assert.Equal("", Text(template, "Parameters", "CallerArn", "Default"));
    }

    private static YamlNode Load(string path = "template.yaml")
    {
        using StreamReader reader = new(Repository.PathOf(path));
        YamlStream yaml = [];
        yaml.Load(reader);
        return yaml.Documents.Single().RootNode;
    }

    private static YamlNode At(YamlNode node, params string[] path) =>
        path.Aggregate(node, (at, key) => at is YamlSequenceNode list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : at[key]);

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
