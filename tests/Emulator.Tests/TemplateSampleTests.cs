using System.Globalization;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Whole templates as people write them.</summary>
public sealed class TemplateSampleTests : IDisposable
{
    private readonly TemplateReading _template = new();

    public void Dispose() => _template.Dispose();

    [Theory]
    [InlineData("makefile-build.yaml", "Orders: bootstrap.orders, 10 s, 128 MB, RESPONSE_STREAM AWS_IAM, LOG_LEVEL=debug")]
    [InlineData(
        "globals.yml",
        "Everything: Main, 3 s, 512 MB, RESPONSE_STREAM AWS_IAM, SHARED=global STAGE=test",
        "OwnAuth: Main, 3 s, 512 MB, RESPONSE_STREAM NONE, SHARED=global STAGE=test",
        "OwnRest: Rest, 60 s, 512 MB, BUFFERED AWS_IAM, SHARED=own STAGE=test")]
    [InlineData(
        "environments.yaml",
        "chat-dev: Chat, 5 s, 128 MB, RESPONSE_STREAM AWS_IAM, BUCKET=data-123456789012-dev DEBUG=true HOME_REGION=us-east-1 LITERAL=keep ${This}")]
    [InlineData("plain-cloudformation.yaml", "plain-stream: bootstrap, 3 s, 128 MB, RESPONSE_STREAM NONE, ")]
    [InlineData("anchors.yaml", "First: First, 20 s, 128 MB, RESPONSE_STREAM AWS_IAM, ", "Second: Second, 40 s, 128 MB, RESPONSE_STREAM AWS_IAM, ")]
    [InlineData("aliases.yaml", "Live: Live, 3 s, 128 MB, RESPONSE_STREAM AWS_IAM, ", "Plain: Plain, 3 s, 128 MB, BUFFERED NONE, ")]
    [InlineData("template.json", "Json: Json, 12 s, 128 MB, RESPONSE_STREAM NONE, GREETING=héllo 🚀! LOUD=true PATHS=a/b")]
    [InlineData("assets.template.json", "Handler886CB40B: bootstrap, 30 s, 128 MB, RESPONSE_STREAM AWS_IAM, ")]
    [InlineData("mixed.yaml", "Ours: Ours, 3 s, 128 MB, BUFFERED AWS_IAM, ")]
    [InlineData("events.yaml", "Worker: Worker, 3 s, 128 MB, no URL, ")]
    [InlineData("cargo-lambda.yaml", "StreamFunction: bootstrap, 29 s, 256 MB, RESPONSE_STREAM NONE, ")]
    public void A_template_in_the_style_of_public_ones_is_read(string sample, params string[] functions)
    {
        _template.Build("artifacts/bin/Function/debug/bootstrap");
        _template.Build("orders/bootstrap");
        _template.Build("asset.b1946ac9/bootstrap");
        _template.Build("target/lambda/stream/bootstrap");
        File.WriteAllText(Path.Combine(_template.Folder, sample), TemplateReading.Sample(sample));
        var options = new EmulatorOptions
        {
            Template = Path.Combine(_template.Folder, sample),
            // The one sample whose code is in S3 only.
            Bootstrap = sample == "plain-cloudformation.yaml" ? TestEmulator.BootstrapPath : null,
        };

        Assert.Equal(functions, _template.Read(options).Select(Describe));
    }

    [Fact]
    public void All_samples_are_in_that_test()
    {
        IEnumerable<string> tested = typeof(TemplateSampleTests).GetMethod(nameof(A_template_in_the_style_of_public_ones_is_read))!
            .GetCustomAttributesData().Where(data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(data => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!)[0].Value!);

        Assert.Equal(TemplateReading.Samples.Select(Path.GetFileName), tested.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Parameters_of_the_command_line_decide_conditions_and_mappings()
    {
        string sample = TemplateReading.Sample("environments.yaml");
        var options = new EmulatorOptions
        {
            Bootstrap = TestEmulator.BootstrapPath,
            Parameters = new Dictionary<string, string> { ["Stage"] = "prod", ["Regions"] = "eu-west-3,us-east-1", ["PublicUrl"] = "yes" },
        };

        Assert.Equal(
            [
                "chat-prod: Chat, 30 s, 1024 MB, RESPONSE_STREAM AWS_IAM, BUCKET=data-123456789012-prod HOME_REGION=eu-west-3 LITERAL=keep ${This}",
                "Audit: Audit, 3 s, 128 MB, no URL, ",
            ],
            _template.Read(sample, options).Select(Describe));
        Assert.Equal(
            "RESPONSE_STREAM NONE",
            Url(_template.Read(sample, options with { Parameters = new Dictionary<string, string> { ["PublicUrl"] = "yes" } })[0]));
    }

    [Fact]
    public void What_is_left_out_is_said_with_the_reason()
    {
        _template.Build("artifacts/bootstrap");
        _template.Read(TemplateReading.Sample("mixed.yaml"), new EmulatorOptions());

        Assert.Equal(
            [
                "Nested is left out: the functions of a nested stack are not read. Start another emulator with its template.",
                "Ours: not reproduced here: VpcConfig, Layers.",
                "Ours: the environment variable TABLE is not set: only a deployed stack knows what Table.Arn is. Give one with --env TABLE=VALUE.",
                "Ours: the environment variable SECRET is not set: a dynamic reference ({{resolve:...}}) is read from an account. Give one with "
                    + "--env SECRET=VALUE.",
                "Ours: the environment variable AWS_REGION is left out: Lambda sets it itself and refuses it in a template.",
                "Site is left out: its runtime is nodejs22.x, and this emulator runs the bootstrap executables of provided.al2 and provided.al2023.",
                "Container is left out: its PackageType is Image, and this emulator runs bootstrap executables, no container images.",
                "Undecided is left out: its Runtime cannot be known here: Fn::ImportValue is not evaluated here, or start the emulator with "
                    + "--bootstrap PATH; "
                    + "its Handler cannot be known here: the parameter Handler has no default; give its value with --parameter Handler=VALUE, or "
                    + "start the emulator with --handler NAME.",
            ],
            _template.Said);
    }

    [Fact]
    public void A_URL_of_a_function_elsewhere_is_said()
    {
        _template.Read(TemplateReading.Sample("aliases.yaml"));

        Assert.Contains("Stray is left out: its function 'another-team' is not in this template.", _template.Said);
    }

    private static string Describe(FunctionSettings function) => string.Create(
        CultureInfo.InvariantCulture,
        $"{function.Name}: {function.Handler}, {function.Timeout.TotalSeconds} s, {function.MemorySize} MB, {Url(function)}, {Variables(function)}");

    private static string Variables(FunctionSettings function) =>
        string.Join(' ', function.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static string Url(FunctionSettings function) => function.HasUrl
        ? $"{SettingNames.NameOf(SettingNames.InvokeModes, function.InvokeMode)} {SettingNames.NameOf(SettingNames.AuthTypes, function.AuthType)}"
        : "no URL";
}
