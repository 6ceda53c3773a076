using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Tests;

public sealed class TemplateTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("emulator-template-");
    private readonly ConsoleCapture _console = new();

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _console.Dispose();
    }

    [Fact]
    public void A_function_gets_its_own_properties_over_the_globals()
    {
        FunctionSettings function = Assert.Single(Read("""
            Parameters:
              Seconds: { Type: Number, Default: 7 }
              Level: { Type: String, Default: DEBUG }
            Globals:
              Function:
                Timeout: 3
                MemorySize: 256
                Runtime: provided.al2
                Environment: { Variables: { SHARED: global, LEVEL: !Ref Level } }
                LoggingConfig: { LogFormat: JSON }
            Resources:
              Numbers:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: Own
                  Timeout: !Ref Seconds
                  CodeUri: artifacts/bootstrap.zip
                  Environment: { Variables: { SHARED: own, PLACE: !Sub 'in-${AWS::Region}-${Level}' } }
                  FunctionUrlConfig: { AuthType: AWS_IAM, InvokeMode: RESPONSE_STREAM }
              Role: { Type: AWS::IAM::Role, Properties: { Arn: !GetAtt Other.Arn, X: !If [A, !Ref B, !Join ['', [a]]] } }
            """));

        Assert.Equal("Numbers", function.Name);
        Assert.Equal("Own", function.Handler);
        Assert.Equal(TimeSpan.FromSeconds(7), function.Timeout);
        Assert.Equal(256, function.MemorySize);
        Assert.Equal("JSON", function.LogFormat);
        Assert.Equal((AuthType.AwsIam, InvokeMode.ResponseStream), (function.AuthType, function.InvokeMode));
        Assert.Equal(
            [new("LEVEL", "DEBUG"), new("PLACE", "in-us-east-1-DEBUG"), new("SHARED", "own")],
            function.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Options_override_the_template()
    {
        FunctionSettings function = Assert.Single(Read(Url("F"), new EmulatorOptions
        {
            Handler = "Other",
            Auth = AuthType.None,
            Timeout = 1.5,
            InvokeMode = InvokeMode.Buffered,
            NoLimits = true,
            Environment = new Dictionary<string, string> { ["A"] = "B" },
        }));

        Assert.Equal(("Other", AuthType.None, InvokeMode.Buffered), (function.Handler, function.AuthType, function.InvokeMode));
        Assert.Equal(TimeSpan.FromSeconds(1.5), function.Timeout);
        Assert.Same(Limits.None, function.Limits);
        Assert.Equal("B", function.Environment["A"]);
    }

    [Fact]
    public void What_cannot_be_honoured_is_said()
    {
        Read(Url("F", "VpcConfig: {}", "Layers: [a]", "Environment: { Variables: { TABLE: !GetAtt Table.Arn, AWS_REGION: x } }"));

        Assert.Contains("F: not reproduced here: VpcConfig, Layers.", _console.Lines);
        Assert.Contains(_console.Lines, line => line.Contains("TABLE is not set", StringComparison.Ordinal) && line.Contains("--env TABLE=VALUE", StringComparison.Ordinal));
        Assert.Contains(_console.Lines, line => line.Contains("AWS_REGION is left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_function_of_plain_CloudFormation_finds_its_URL()
    {
        FunctionSettings function = Assert.Single(Read("""
            Resources:
              F: { Type: AWS::Lambda::Function, Properties: { Handler: h, Runtime: provided.al2023 } }
              U: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !GetAtt F.Arn, AuthType: NONE, InvokeMode: RESPONSE_STREAM } }
            """));

        Assert.True(function.HasUrl);
        Assert.Equal((AuthType.None, InvokeMode.ResponseStream), (function.AuthType, function.InvokeMode));
    }

    [Theory]
    [InlineData("Resources: [", "is not YAML that can be read: line ")]
    [InlineData("Resources: {}", "has no function with a FunctionUrlConfig")]
    public void A_template_that_cannot_be_used_says_what_to_do(string template, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_timeout_out_of_range_is_named() =>
        Assert.Contains("Timeout '901'", Assert.Throws<ConfigurationException>(() => Read(Url("F", "Timeout: 901"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_function_that_is_not_there_is_answered_with_those_that_are() =>
        Assert.Contains("It has: F", Assert.Throws<ConfigurationException>(() => Read(Url("F"), new EmulatorOptions { Function = "G" })).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_template_one_function_runs_unsigned()
    {
        FunctionSettings function = Assert.Single(Source(new EmulatorOptions()).Read(_directory.FullName));

        Assert.Equal((AuthType.None, InvokeMode.ResponseStream), (function.AuthType, function.InvokeMode));
    }

    private static string Url(string name, params string[] properties) => $$"""
        Resources:
          {{name}}:
            Type: AWS::Serverless::Function
            Properties:
              FunctionUrlConfig: { AuthType: AWS_IAM }
        {{string.Concat(properties.Select(property => $"      {property}\n"))}}
        """;

    private IReadOnlyList<FunctionSettings> Read(string template, EmulatorOptions? options = null)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "template.yaml"), template);
        return Source(options ?? new EmulatorOptions()).Read(_directory.CreateSubdirectory("below").FullName);
    }

    private FunctionSource Source(EmulatorOptions options) =>
        new(options with { Bootstrap = TestEmulator.BootstrapPath }, new Account(), new EmulatorConsole(_console));
}
