using System.IO.Compression;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Running the function": the emulator and the bootstrap as programs that are started in the wrong way.</summary>
public sealed class EmulatorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_port_or_an_address_that_cannot_be_used()
    {
        await using RunningEmulator first = await RunningEmulator.StartAsync(BuiltPrograms.Bootstrap, "SendNumbersWithPause");
        string port = $"{first.Http.BaseAddress!.Port}";

        Page.Shows(
        [
            await RefuseAsync(["--port", port, "--function", "StreamingNumbers"]),
            await RefuseAsync(["--port", "65535"]),
            await RefuseAsync(["--bind", "192.0.2.1"]),
        ]);
    }

    [Fact]
    public async Task The_bootstrap_started_by_hand()
    {
        CommandResult result = await Command.RunAsync(
            BuiltPrograms.Bootstrap, [], environment: new Dictionary<string, string?> { ["AWS_LAMBDA_RUNTIME_API"] = null });

        Assert.Equal(1, result.ExitCode);
        Page.Shows(result.Error);
    }

    [Fact]
    public async Task A_template_that_cannot_be_read() => Page.Shows(
    [
        await RefuseAsync(["--template", "template.yml"]),
        await RefuseAsync(["--template", Template("FunctionUrlConfig: { AuthType: NONE")]),
    ]);

    [Fact]
    public async Task A_setting_that_AWS_would_refuse()
    {
        Page.Shows(
        [
            await RefuseAsync(["--template", Template("FunctionUrlConfig: { AuthType: IAM }")]),
            await RefuseAsync(["--template", Template("Timeout: 901")]),
        ]);
    }

    [Fact]
    public async Task A_value_that_cannot_be_known_here()
    {
        string template = Template("FunctionUrlConfig: { AuthType: !Ref UrlAuth }", more: "Parameters: { UrlAuth: { Type: String } }");

        Page.Shows(
        [
            await RefuseAsync(["--template", template, "--bootstrap", BuiltPrograms.Bootstrap]),
            await RefuseAsync(["--template", template, "--parameter", "Auth=NONE"]),
        ]);
    }

    [Fact]
    public async Task A_function_that_is_left_out()
    {
        string template = Template(
            "FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }",
            codeUri: Path.GetDirectoryName(BuiltPrograms.Bootstrap)!,
            more: """
                  Site: { Type: AWS::Serverless::Function, Properties: { CodeUri: site/, Handler: index.handler, Runtime: nodejs22.x } }
                  Report: { Type: AWS::Serverless::Function, Properties: { PackageType: Image } }
                """);
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(["--port", "0", "--template", template]);

        Page.Shows([emulator.Program.Output, emulator.Program.Output]);
    }

    [Fact]
    public async Task A_template_without_a_function_URL()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            ["--port", "0", "--template", Template(""), "--bootstrap", BuiltPrograms.Bootstrap]);
        await emulator.Program.WaitForOutputAsync("Ctrl.C ends everything");

        Page.Shows(emulator.Program.Output);
    }

    [Fact]
    public async Task A_CodeUri_without_a_bootstrap()
    {
        string alone = await RefuseAsync(["--template", Template("")]);
        string bootstrap = Path.GetDirectoryName(BuiltPrograms.Bootstrap)!;
        string template = Template(
            "FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }",
            more: $"  Built: {{ Type: AWS::Serverless::Function, Properties: {{ CodeUri: '{bootstrap}', Handler: h, Runtime: provided.al2 }} }}");
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(["--port", "0", "--template", template]);

        Page.Shows([alone, emulator.Program.Output]);
    }

    [Fact]
    public async Task Output_that_cannot_be_written()
    {
        await using RunningProgram emulator = RunningProgram.Start(
            "/bin/sh", ["-c", "exec \"$0\" --port 0 --bootstrap \"$1\" > /dev/full", BuiltPrograms.Emulator, BuiltPrograms.TestBootstrap]);
        await emulator.WaitForOutputAsync("until it can");

        Page.Shows(emulator.Output);
    }

    [Fact]
    public async Task An_emulator_that_everybody_reaches()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            ["--port", "0", "--bind", "0.0.0.0", "--auth", "NONE", "--bootstrap", BuiltPrograms.TestBootstrap]);

        Page.Shows(emulator.Program.Output);
    }

    [Fact]
    public async Task A_function_that_is_not_in_the_template()
    {
        string missing = await RefuseAsync(["--template", Template(""), "--function", "Orders"]);
        const string Twice = "FunctionName: orders";
        string other = $$"""
              Other: { Type: AWS::Serverless::Function, Properties: { {{Twice}}, CodeUri: b/, Handler: h, Runtime: provided.al2 } }
            """;
        string twice = await RefuseAsync(["--template", Template(Twice, more: other), "--bootstrap", BuiltPrograms.TestBootstrap]);
        string template = Path.Combine(_directory.Path, "template.yaml");
        await File.WriteAllTextAsync(template, "Resources: { Table: { Type: AWS::DynamoDB::Table } }");

        Page.Shows([missing, await RefuseAsync(["--template", template]), twice]);
    }

    [Fact]
    public async Task No_project_to_watch()
    {
        string[] options = ["--watch", "--template", Template(""), "--bootstrap", BuiltPrograms.TestBootstrap];
        string none = await RefuseAsync(options);
        AddProject("one");
        AddProject("two");

        Page.Shows([none, await RefuseAsync(options), await RefuseAsync([.. options, "--project", "src/Nothing"])]);
    }

    [Fact]
    public async Task Sources_that_do_not_compile()
    {
        // What the compiler would say: a project that needs neither packages nor a compiler says it sooner.
        string project = Path.Combine(_directory.Path, "function.csproj");
        await File.WriteAllTextAsync(project, """
            <Project DefaultTargets="Build">
              <Target Name="Restore" />
              <Target Name="Build"><Error Text="Hello.cs(7,9): error CS1002: ; expected" /></Target>
            </Project>
            """);
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            ["--port", "0", "--auth", "NONE", "--watch", "--project", project, "--bootstrap", BuiltPrograms.TestBootstrap]);
        string built = (await emulator.Program.WaitForOutputAsync(@"^\[watch\] The build .*$")).Value;
        await emulator.GetTextAsync("/");

        Page.Shows([built, (await emulator.Program.WaitForOutputAsync("^.*do not compile.*$")).Value]);
    }

    [Fact]
    public async Task A_bootstrap_that_a_build_is_writing()
    {
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(BuiltPrograms.TestBootstrap)!))
            File.Copy(file, Path.Combine(_directory.Path, Path.GetFileName(file)));
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
            Path.Combine(_directory.Path, "bootstrap"), "SendNumbersWithPause");
        File.Delete(Path.Combine(_directory.Path, "bootstrap.dll"));

        await emulator.GetTextAsync("/");

        Page.Shows((await emulator.Program.WaitForOutputAsync("^.*is not complete.*$")).Value);
    }

    [Fact]
    public async Task A_zip_that_cannot_be_used()
    {
        string zip = Path.Combine(_directory.Path, "function.zip");
        await File.WriteAllTextAsync(zip, "no zip");
        string broken = await RefuseAsync(["--bootstrap", zip]);
        File.Delete(zip);
        using (var archive = new ZipArchive(File.Create(zip), ZipArchiveMode.Create))
            archive.CreateEntry("publish/bootstrap");

        Page.Shows([broken, await RefuseAsync(["--bootstrap", zip])]);
    }

    [Fact]
    public async Task No_bootstrap_to_run()
    {
        string template = Template("FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }", codeUri: "build/function.zip");
        Directory.CreateDirectory(Path.Combine(_directory.Path, "build"));
        // An emulator that stands alone, as an installed one does.
        string alone = Directory.CreateDirectory(Path.Combine(_directory.Path, "alone")).FullName;
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(BuiltPrograms.Emulator)!))
            File.Copy(file, Path.Combine(alone, Path.GetFileName(file)));

        CommandResult result = await Command.RunAsync(
            Path.Combine(alone, Path.GetFileName(BuiltPrograms.Emulator)), ["--port", "0", "--template", template]);

        Page.Shows([result.Error, await RefuseAsync(["--bootstrap", "artifacts/bootstrap"])]);
    }

    [Fact]
    public async Task A_bootstrap_that_is_not_executable()
    {
        string bootstrap = Path.Combine(_directory.Path, "bootstrap");
        await File.WriteAllTextAsync(bootstrap, "#!/bin/sh\n");

        Page.Shows(await RefuseAsync(["--bootstrap", bootstrap]));
    }

    [Fact]
    public async Task A_bootstrap_for_another_machine()
    {
        // The header of an ELF file names its processor at offset 18; no machine here is an S/390.
        byte[] binary = await File.ReadAllBytesAsync(BuiltPrograms.Bootstrap);
        binary[18] = 22;
        string bootstrap = Path.Combine(_directory.Path, "bootstrap");
        await File.WriteAllBytesAsync(bootstrap, binary);
        File.SetUnixFileMode(bootstrap, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetLastWriteTimeUtc(bootstrap, DateTime.UnixEpoch);
        await using LocalLambda lambda = await Running.StartAsync(bootstrap);

        await lambda.GetAsync("/");

        Page.Shows(await lambda.WaitForLogAsync("ERROR Runtime.InvalidEntrypoint"));
    }

    [Fact]
    public async Task A_handler_that_is_not_in_the_table()
    {
        await using LocalLambda lambda = await Running.StartAsync(BuiltPrograms.Bootstrap, "Hello");

        await lambda.GetAsync("/");

        Page.Shows(await lambda.WaitForLogAsync("Runtime.NoSuchHandler"));
    }

    [Fact]
    public async Task An_async_void_method() => Page.Shows(
        await ShownAsync("/async-void", "what it printed last is above."));

    [Fact]
    public async Task A_file_that_is_not_there() => Page.Shows(await ShownAsync("/file", "The invocation failed"));

    [Fact]
    public async Task A_culture_that_is_not_there() => Page.Shows(await ShownAsync("/culture", "(Parameter 'name')"));

    [Fact]
    public async Task A_request_that_waits()
    {
        await using LocalLambda lambda = await Running.StartAsync(
            new LocalLambdaOptions { Executable = BuiltPrograms.Bootstrap, Handler = "SendNumbersWithPause", Concurrency = 1 });
        HttpClient http = lambda.Function.Http;
        using HttpResponseMessage first = await http.GetAsync(new Uri("/?pauseMs=60000", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Task<HttpResponseMessage> second = http.GetAsync(new Uri("/", UriKind.Relative));

        Page.Shows(await lambda.WaitForLogAsync(" waits: "));
        http.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task More_memory_than_the_function_has() => Page.Shows(await ShownAsync("/memory", "WARNING"));

    [Fact]
    public async Task A_response_without_a_body() => Page.Shows(
        await RunAsync("""[["head","Lambda-Runtime-Function-Response-Mode: streaming"],["end"]]""", "NOTE"));

    [Fact]
    public async Task A_response_that_cannot_be_passed_on() => Page.Shows(await RunAsync(
        """
        [["head","Lambda-Runtime-Function-Response-Mode: streaming","Content-Type: application/vnd.awslambda.http-integration-response"],
         ["chunk","{\"statusCode\":99}\\0\\0\\0\\0\\0\\0\\0\\0"],["end"]]
        """,
        "gets a 502"));

    [Fact]
    public async Task A_runtime_that_breaks_the_protocol() => Page.Shows(await RunAsync(
        """[["post","/2018-06-01/runtime/invocation/another/response","done"],["post","/2018-06-01/runtime/invocation/{id}/response","done"]]""",
        "PROTOCOL"));

    [Fact]
    public async Task A_variable_that_Lambda_refuses() => Page.Shows(
    [
        await RefuseAsync(["--env", "AWS_REGION=eu-central-1"]),
        await RefuseAsync(["--env", "AWS_LAMBDA_LOG_LEVEL=LOUD"]),
    ]);

    [Fact]
    public async Task An_environment_file_that_cannot_be_used()
    {
        string file = Path.Combine(_directory.Path, "variables.env");
        string missing = await RefuseAsync(["--env-file", file]);
        await File.WriteAllTextAsync(file, "TABLE=local\nLOG LEVEL: debug\n");
        string wrong = await RefuseAsync(["--env-file", file]);
        await File.WriteAllTextAsync(file, "AWS_REGION=eu-central-1\n");

        Page.Shows([missing, wrong, await RefuseAsync(["--env-file", file])]);
    }

    [Fact]
    public async Task A_program_to_wrap_with_that_is_not_there() => Page.Shows(
        [await RefuseAsync(["--wrap", "gdbserver-of-another-day :1234"]), await RefuseAsync(["--wrap", " "])]);

    [Fact]
    public async Task A_ready_file_that_cannot_be_written() =>
        Page.Shows(await RefuseAsync(["--ready-file", Path.Combine(_directory.Path, "none", "ready.json")]));

    [Fact]
    public async Task A_mistyped_option() => Page.Shows([await RefuseAsync(["--hander", "Hello"]), await RefuseAsync(["--project", "MyFunction"])]);

    private static async Task<string> ShownAsync(string mistake, string last)
    {
        await using LocalLambda lambda = await Running.StartAsync(BuiltPrograms.CarelessFunction);
        await lambda.GetAsync(mistake);
        return await lambda.SaysAsync(last);
    }

    /// <summary>A line of the console, while a request to the function URL is answered in these steps.</summary>
    private static async Task<string> RunAsync(string steps, string mark)
    {
        await using LocalLambda lambda = await Running.StartAsync(BuiltPrograms.TestBootstrap);
        using var body = new StringContent($$"""{"steps":{{steps}}}""");
        using HttpResponseMessage response = await lambda.Function.Http.PostAsync(new Uri("/", UriKind.Relative), body);
        return await lambda.WaitForLogAsync(mark);
    }

    private string AddProject(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_directory.Path, name)).FullName;
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.ToString(2)}</TargetFramework>
                <OutputType>Exe</OutputType>
                <AssemblyName>bootstrap</AssemblyName>
              </PropertyGroup>
            </Project>
            """);
        return folder;
    }

    private static async Task<string> RefuseAsync(string[] arguments)
    {
        CommandResult result = await Command.RunAsync(BuiltPrograms.Emulator, arguments, workingDirectory: Repository.Root);
        Assert.InRange(result.ExitCode, 1, 3);
        return result.Error;
    }

    private string Template(string property, string codeUri = "build/", string more = "")
    {
        string path = Path.Combine(_directory.Path, "template.yaml");
        File.WriteAllText(path, $$"""
            Resources:
              Numbers:
                Type: AWS::Serverless::Function
                Properties:
                  CodeUri: '{{codeUri}}'
                  Runtime: provided.al2
                  Handler: SendNumbersWithPause
                  {{property}}
            {{more}}
            """);
        return path;
    }
}
