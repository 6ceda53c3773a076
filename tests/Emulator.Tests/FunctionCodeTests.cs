using System.Security.Cryptography;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Where the executable is that a template's <c>CodeUri</c> means.</summary>
public sealed class FunctionCodeTests : IDisposable
{
    private readonly TemplateReading _template = new();

    public void Dispose() => _template.Dispose();

    [Theory]
    [InlineData("code/", "code/bootstrap")]
    [InlineData("./code", "code/bootstrap")]
    [InlineData("src/", ".aws-sam/build/F/bootstrap")]
    [InlineData(".", "target/lambda/f/bootstrap")]
    [InlineData("rust", "rust/target/lambda/only/bootstrap")]
    [InlineData("rust", "target/lambda/named/bootstrap")]
    [InlineData("src/Function", "src/Function/bin/Release/net9.0/bootstrap")]
    [InlineData("artifacts/function.zip", "artifacts/bin/Function/debug/bootstrap")]
    [InlineData("artifacts/function.zip", "artifacts/bootstrap")]
    public void What_a_build_left_is_found(string code, string built)
    {
        Directory.CreateDirectory(Path.Combine(_template.Folder, "src", "Function"));
        File.WriteAllText(Path.Combine(_template.Folder, "src", "Function", "Function.csproj"), "<Project />");
        string expected = _template.Build(built);

        Assert.Equal(expected, Assert.Single(_template.Read(Template(code), new EmulatorOptions())).BootstrapPath);
    }

    [Fact]
    public void The_one_that_was_built_last_counts()
    {
        string source = _template.Build("src/bootstrap");
        string built = _template.Build(".aws-sam/build/F/bootstrap");
        Age(source, minutes: 2);
        Age(built, minutes: 1);
        Assert.Equal(built, Assert.Single(_template.Read(Template("src"), new EmulatorOptions())).BootstrapPath);

        Age(source, minutes: 0);
        Assert.Equal(source, Assert.Single(_template.Read(Template("src"), new EmulatorOptions())).BootstrapPath);
    }

    [Fact]
    public void Of_several_binaries_none_is_guessed()
    {
        _template.Build("target/lambda/one/bootstrap");
        _template.Build("target/lambda/two/bootstrap");

        Assert.Contains("There is no bootstrap to run", _template.Refusal(Template("."), new EmulatorOptions()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_is_not_built_leaves_the_others_alone()
    {
        _template.Build("built/bootstrap");
        IReadOnlyList<FunctionSettings> functions = _template.Read("""
            Resources:
              Missing: { Type: AWS::Serverless::Function, Properties: { Handler: h, Runtime: provided.al2, CodeUri: missing/ } }
              Built: { Type: AWS::Serverless::Function, Properties: { Handler: h, Runtime: provided.al2, CodeUri: built/ } }
            """, new EmulatorOptions());

        Assert.Equal(["Missing", "Built"], functions.Select(function => function.Name));
        Assert.Equal(Path.Combine(_template.Folder, "missing", "bootstrap"), functions[0].BootstrapPath);
        Assert.Equal(
            [
                $"Missing is not built: there is no bootstrap, none in {_template.Folder}/missing, where CodeUri points, and none that 'sam "
                    + "build', 'cargo lambda build' "
                    + "or 'dotnet build' made of it. Until there is one, its invocations fail. Build it, or correct its CodeUri.",
            ],
            _template.Said);
    }

    [Fact]
    public void A_managed_executable_without_its_library_is_not_built_yet_and_one_that_has_it_within_is()
    {
        string folder = CopyBuild("bin/Function/debug");
        string executable = Path.Combine(folder, "bootstrap");
        File.Delete(Path.Combine(folder, "bootstrap.dll"));
        FunctionCode code = FunctionCode.OfZip(Path.Combine(_template.Folder, "bootstrap.zip"));
        Assert.Null(code.Find());

        // As 'dotnet publish -p:PublishSingleFile=true' leaves it: before the mark is where the libraries begin.
        byte[] content = File.ReadAllBytes(executable);
        content[content.AsSpan().IndexOf(SHA256.HashData(".net core bundle\n"u8)) - sizeof(long)] = 1;
        File.WriteAllBytes(executable, content);
        Assert.Equal(executable, code.Find());
    }

    [Fact]
    public void A_managed_executable_is_not_complete_while_its_runtime_is_not_the_one_that_its_settings_name()
    {
        string folder = CopyBuild("bin/Function/release");
        FunctionCode code = FunctionCode.OfZip(Path.Combine(_template.Folder, "bootstrap.zip"));
        Assert.NotNull(code.Find());

        File.WriteAllText(Path.Combine(folder, "libhostfxr.so"), "");
        Assert.Null(code.Find());
        string settings = Path.Combine(folder, "bootstrap.runtimeconfig.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"framework\"", "\"includedFrameworks\"", StringComparison.Ordinal));
        Assert.NotNull(code.Find());
    }

    [Fact]
    public void An_executable_is_read_again_only_when_it_has_changed()
    {
        string executable = Path.Combine(CopyBuild("bin/Function/debug"), "bootstrap");
        File.Delete($"{executable}.dll");
        byte[] content = File.ReadAllBytes(executable);
        Age(executable, minutes: 2);
        DateTime built = File.GetLastWriteTimeUtc(executable);
        Assert.False(BootstrapFiles.Read(executable).IsBuilt);

        // Behind its back: with another content, of the same length and time.
        content[content.AsSpan().IndexOf(SHA256.HashData(".net core bundle\n"u8)) - sizeof(long)] = 1;
        File.WriteAllBytes(executable, content);
        File.SetLastWriteTimeUtc(executable, built);
        Assert.False(BootstrapFiles.Read(executable).IsBuilt);

        Age(executable, minutes: 1);
        Assert.True(BootstrapFiles.Read(executable).IsBuilt);
    }

    [Fact]
    public void A_file_that_was_just_written_is_read_each_time()
    {
        string path = _template.Build("young");
        int readings = 0;
        var check = new ContentCheck(_ => ++readings > 2);

        Age(path, minutes: -1);
        Assert.Equal([false, false, true], [Ask(), Ask(), Ask()]);
        Age(path, minutes: 1);
        Assert.Equal([true, true], [Ask(), Ask()]);
        Assert.Equal(4, readings);

        bool Ask() => check.Ask(new FileInfo(path));
    }

    [Fact]
    public async Task Each_invocation_runs_what_was_built_last()
    {
        CopyBuild("bin/Function/debug");
        await using TestEmulator emulator = await TestEmulator.StartAsync(
            TestEmulator.Settings with { BootstrapPath = "not yet", Code = FunctionCode.OfZip(Path.Combine(_template.Folder, "bootstrap.zip")) });
        Assert.Equal(Path.Combine(_template.Folder, "bin/Function/debug"), await TaskRootAsync(emulator));

        CopyBuild("local");
        using var patience = new CancellationTokenSource(TestEmulator.Patience);
        while (await TaskRootAsync(emulator) != Path.Combine(_template.Folder, "local"))
            patience.Token.ThrowIfCancellationRequested();
        string said = await emulator.Console.LineAsync(line => line.Contains("/local/", StringComparison.Ordinal));

        Assert.Matches(@"local/bootstrap \(managed, built \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\) was rebuilt: starting the new one\.$", said);
    }

    [Fact]
    public void The_kind_of_an_executable_is_said()
    {
        Assert.EndsWith("(not built)", BootstrapFiles.Read(Path.Combine(_template.Folder, "bootstrap")).Description, StringComparison.Ordinal);
        string path = _template.Build("bootstrap");
        Assert.Contains("(a script, built ", BootstrapFiles.Read(path).Description, StringComparison.Ordinal);
        File.WriteAllBytes(path, [0x7F, .. "ELF"u8]);
        Assert.Contains("(native, built ", BootstrapFiles.Read(path).Description, StringComparison.Ordinal);
        File.WriteAllText($"{path}.dll", "");
        Assert.Contains("(managed, built ", BootstrapFiles.Read(path).Description, StringComparison.Ordinal);
    }

    private static async Task<string> TaskRootAsync(TestEmulator emulator)
    {
        using JsonDocument echo = await emulator.EchoAsync();
        return echo.RootElement.GetProperty("environment").GetProperty("LAMBDA_TASK_ROOT").GetString()!;
    }

    // A copy keeps the time of its original; a build does not.
    private string CopyBuild(string folder)
    {
        string target = Directory.CreateDirectory(Path.Combine(_template.Folder, folder)).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(TestEmulator.BootstrapPath)!))
        {
            string copy = Path.Combine(target, Path.GetFileName(file));
            File.Copy(file, copy);
            Age(copy, minutes: 0);
        }
        return target;
    }

    private static string Template(string code) => $$"""
        Resources:
          F:
            Type: AWS::Serverless::Function
            Metadata: { BuildProperties: { Binary: named } }
            Properties: { Handler: h, Runtime: provided.al2, CodeUri: {{code}} }
        """;

    private static void Age(string path, int minutes) =>
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-minutes));
}
