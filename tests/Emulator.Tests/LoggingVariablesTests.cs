using System.Text.Json;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary><c>--env</c> for the variables that Lambda sets from a function's LoggingConfig, and for those that nobody may set.</summary>
public sealed class LoggingVariablesTests : IDisposable
{
    private const string Template = """
        Resources:
          Numbers:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: .
              Runtime: provided.al2023
              Handler: Numbers
              LoggingConfig: { LogFormat: JSON, ApplicationLogLevel: WARN }
        """;

    private readonly TemplateReading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Fact]
    public async Task What_the_command_line_says_reaches_the_function_before_what_the_template_says()
    {
        Assert.Equal(("JSON", "WARN"), await SeenAsync(Read()));
        Assert.Equal(("JSON", "DEBUG"), await SeenAsync(Read("AWS_LAMBDA_LOG_LEVEL=DEBUG")));
        Assert.Equal(("Text", null), await SeenAsync(Read("AWS_LAMBDA_LOG_FORMAT=Text")));
        Assert.Equal(("Text", "DEBUG"), await SeenAsync(Read("AWS_LAMBDA_LOG_FORMAT=Text", "AWS_LAMBDA_LOG_LEVEL=DEBUG")));
    }

    [Theory]
    [InlineData("AWS_LAMBDA_LOG_FORMAT=json", "--env AWS_LAMBDA_LOG_FORMAT=json: Lambda has Text, JSON. Give one of these.")]
    [InlineData(
        "AWS_LAMBDA_LOG_LEVEL=Warning",
        "--env AWS_LAMBDA_LOG_LEVEL=Warning: Lambda has TRACE, DEBUG, INFO, WARN, ERROR, FATAL. Give one of these.")]
    [InlineData("_HANDLER=Other", "--env _HANDLER: Lambda sets this variable itself and refuses it in a function's configuration. Leave it out. ")]
    public void What_cannot_be_is_refused(string pair, string refusal)
    {
        Assert.StartsWith(refusal, Assert.Throws<ConfigurationException>(() => Read(pair)).Message, StringComparison.Ordinal);
    }

    private FunctionSettings Read(params string[] pairs) => Assert.Single(_reading.Read(Template, new EmulatorOptions
    {
        Bootstrap = TestEmulator.BootstrapPath,
        Environment = pairs.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]),
    }));

    private static async Task<(string? Format, string? Level)> SeenAsync(FunctionSettings settings)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            settings with { HasUrl = true, AuthType = AuthType.None, InvokeMode = InvokeMode.ResponseStream });
        using JsonDocument echo = await emulator.EchoAsync();
        JsonElement environment = echo.RootElement.GetProperty("environment");
        return (Value("AWS_LAMBDA_LOG_FORMAT"), Value("AWS_LAMBDA_LOG_LEVEL"));

        string? Value(string name) => environment.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
    }
}
