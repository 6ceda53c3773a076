using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>From template and command line to the settings that decide who gets in.</summary>
public sealed class DoorSettingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Cors_of_a_template_is_read()
    {
        CorsSettings cors = Read(
            "{ AllowOrigins: ['https://a.example', !Ref Page], AllowMethods: [GET], AllowHeaders: x-own, AllowCredentials: true, MaxAge: 600 }")!;

        Assert.Equal(["https://a.example", "https://page.example"], cors.AllowOrigins);
        Assert.Equal(["GET"], cors.AllowMethods);
        Assert.Equal(["x-own"], cors.AllowHeaders);
        Assert.Empty(cors.ExposeHeaders);
        Assert.True(cors.AllowCredentials);
        Assert.Equal(600, cors.MaxAge);
    }

    [Theory]
    [InlineData("{ AllowOrigins: [!GetAtt Site.Url] }", "its Cors.AllowOrigins cannot be known here: only a deployed stack knows what Site.Url is")]
    [InlineData("!GetAtt Site.Cors", "its Cors cannot be known here: only a deployed stack knows what Site.Cors is")]
    [InlineData("'*'", "the Cors of Numbers has to be a mapping")]
    [InlineData("{ AllowOrigins: [[]] }", "AllowOrigins of Numbers has to be text")]
    [InlineData("{ AllowCredentials: maybe }", "AllowCredentials of Numbers is 'maybe'")]
    [InlineData("{ MaxAge: 86401 }", "MaxAge of Numbers is '86401'")]
    [InlineData("{ MaxAge: soon }", "MaxAge of Numbers is 'soon'")]
    public void Who_may_call_is_not_guessed(string cors, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(cors)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(new string[0], "/invoke", "")]
    [InlineData(new[] { "--invoke-path", "none" }, null, "")]
    [InlineData(new[] { "--invoke-path", "/_own", "--allow-host", "a.example", "--allow-host", "lambda" }, "/_own", "a.example lambda")]
    public async Task The_command_line_moves_the_door_and_adds_names(string[] arguments, string? path, string names)
    {
        DoorSettings? doors = null;
        var command = new CommandLine(options =>
        {
            doors = options.Doors;
            return Task.FromResult(0);
        });

        Assert.Equal(0, await command.InvokeAsync(arguments, TextWriter.Null, TextWriter.Null));
        Assert.Equal(path, doors!.InvokePath);
        Assert.Equal(names, string.Join(' ', doors.AllowedHosts));
    }

    [Theory]
    [InlineData("--invoke-path", "invoke", "give a path")]
    [InlineData("--invoke-path", "/", "give a path")]
    [InlineData("--invoke-path", "/a?b", "give a path")]
    [InlineData("--allow-host", "https://a.example", "give a name without scheme and port")]
    [InlineData("--allow-host", "a.example:80", "give a name without scheme and port")]
    public async Task A_value_that_would_never_match_is_refused(string option, string value, string message)
    {
        var error = new StringWriter();
        var command = new CommandLine(_ => Task.FromResult(0));

        Assert.Equal(ExitCodes.WrongCommandLine, await command.InvokeAsync([option, value], TextWriter.Null, error));
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    private CorsSettings? Read(string cors)
    {
        File.WriteAllText(Path.Combine(_directory.Path, "template.yaml"), $$"""
            Parameters:
              Page: { Type: String, Default: 'https://page.example' }
            Resources:
              Site: { Type: AWS::CloudFormation::CustomResource }
              Numbers:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: Own
                  Runtime: provided.al2023
                  FunctionUrlConfig: { AuthType: NONE, Cors: {{cors}} }
            """);
        using var console = new ConsoleCapture();
        var options = new EmulatorOptions { Bootstrap = TestEmulator.BootstrapPath };
        return Assert.Single(new FunctionSource(options, new Account(), new EmulatorConsole(console)).Read(_directory.Path)).Cors;
    }
}
