using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>A project from the template that has files beside its code, and hands one of them out.</summary>
public sealed class PicturesProject(PackedFeed feed)
{
    public const string Picture = "the bytes of a picture";

    /// <summary>docs/formats.md, Text, files and streams: a file that was published with the function.</summary>
    private const string Handler = """
        using StreamingLambda.Formats;
        using StreamingLambda.Runtime;

        namespace pictures;

        public sealed class Hello : IStreamingLambdaHandler
        {
            public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
            {
                string path = Path.Combine(AppContext.BaseDirectory, "assets", "größe 1", "logo.png");
                await response.SendFileAsync(path, new(200, ("Content-Type", "image/png")), cancellationToken);
            }
        }
        """;

    private Task<(string, string)>? _built;

    /// <summary>Its directory, after './build.sh --local', and what that said. Once for all tests: it is a native build.</summary>
    internal Task<(string Project, string Output)> BuildAsync() => _built ??= BuildOnceAsync();

    /// <summary>One of its own for a test that changes it.</summary>
    internal async Task<string> NewAsync(string name, params string[] options)
    {
        string project = await feed.NewAsync(name, options);
        string source = Path.Combine(project, "src", name);
        string folder = Directory.CreateDirectory(Path.Combine(source, "assets/größe 1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "logo.png"), Picture);
        await File.WriteAllTextAsync(Path.Combine(source, "appsettings.json"), "{}\n");
        await File.WriteAllTextAsync(Path.Combine(source, "notes.xml"), "<notes/>");
        string handler = Handler.Replace("namespace pictures", $"namespace {Regex.Replace(name, "[- ]", "_")}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(source, "Hello.cs"), handler);
        string file = Path.Combine(source, $"{name}.csproj");
        string content = """
              <PropertyGroup>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <NoWarn>$(NoWarn);CS1591</NoWarn>
              </PropertyGroup>

              <ItemGroup>
                <Content Include="assets/**;*.json;*.xml;boot*" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
            </Project>
            """;
        await File.WriteAllTextAsync(file, Regex.Replace(await File.ReadAllTextAsync(file), "</Project>\\s*$", content));
        return project;
    }

    /// <summary>Runs a project's build.sh.</summary>
    internal static Task<CommandResult> RunBuildAsync(string project, params string[] options) =>
        Command.RunAsync(Path.Combine(project, "build.sh"), options, project, timeout: TimeSpan.FromMinutes(4));

    private async Task<(string, string)> BuildOnceAsync()
    {
        string project = await NewAsync("pictures");
        CommandResult build = await RunBuildAsync(project, "--local");
        Assert.True((0, "") == (build.ExitCode, build.Error), build.Output + build.Error);
        return (project, build.Output);
    }
}
