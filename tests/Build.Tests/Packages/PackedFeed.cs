namespace StreamingLambda.Build.Tests.Packages;

/// <summary>
/// The packages of this checkout in a folder, a directory of somebody who has that folder as a source of packages beside what this machine is set up
/// with, and one of somebody who has not. The version is one that nobody has seen before: neither the sources nor a cache can stand in for what was
/// packed here.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly TemporaryDirectory _directory = new("a user");
    private readonly TemporaryDirectory _projects = new("the projects");

    public string Version { get; } = $"0.0.0-test.{Guid.NewGuid():N}";

    /// <summary>Where the packages are.</summary>
    public string Feed => Path.Combine(_directory.Path, "feed");

    /// <summary>Where the user works who has the packages in a feed.</summary>
    public string Home => _directory.Path;

    /// <summary>Where the projects are made: by somebody who has the template, and no feed.</summary>
    public string Projects => _projects.Path;

    /// <summary>Where NuGet unpacks packages.</summary>
    public static string Unpacked { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>What 'dotnet pack' said.</summary>
    internal CommandResult Packing { get; private set; } = null!;

    private string Hive => Path.Combine(_directory.Path, "hive");

    public async ValueTask InitializeAsync()
    {
        // Without the analyzers: a plain build has their verdict, and they take their time.
        Packing = await DotnetAsync(
            Repository.Root,
            "pack", "--output", Feed, $"-p:Version={Version}", "-p:RunAnalyzers=false", "--artifacts-path", Path.Combine(Home, "build"), "--nologo");
        await File.WriteAllTextAsync(
            Path.Combine(Home, "nuget.config"),
            """<configuration><packageSources><add key="packed here" value="feed" /></packageSources></configuration>""");
        CommandResult install = await DotnetAsync(
            Home, "new", "install", Path.Combine(Feed, $"StreamingLambda.Templates.{Version}.nupkg"), "--debug:custom-hive", Hive);
        Assert.True(install.ExitCode == 0, Packing.Output + install.Output + install.Error);
    }

    /// <summary>Makes a project with the template; its directory. What it needs of these packages it has with it.</summary>
    internal Task<string> NewAsync(string name, params string[] options) => NewFromAsync("streaming-lambda", name, options);

    /// <summary>The same with the template that is named.</summary>
    internal async Task<string> NewFromAsync(string template, string name, params string[] options)
    {
        CommandResult result = await DotnetAsync(Projects, ["new", template, "--name", name, "--debug:custom-hive", Hive, .. options]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return Path.Combine(Projects, name);
    }

    /// <summary>Runs 'dotnet' to its end. No build node outlives it.</summary>
    internal static Task<CommandResult> DotnetAsync(string directory, params string[] arguments) =>
        DotnetAsync(directory, Environment.GetEnvironmentVariable("CI"), arguments);

    /// <summary>The same, with another value of the variable CI.</summary>
    internal static Task<CommandResult> DotnetAsync(string directory, string? ci, string[] arguments) => Command.RunAsync(
        "dotnet", arguments, directory, new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1", ["CI"] = ci }, Patience);

    /// <summary>Deletes what NuGet has unpacked of these packages: the next restore has to find them again.</summary>
    internal void Forget()
    {
        foreach (string package in Directory.Exists(Unpacked) ? Directory.GetDirectories(Unpacked, "streaminglambda.*") : [])
        {
            string unpacked = Path.Combine(package, Version);
            if (Directory.Exists(unpacked))
                Directory.Delete(unpacked, recursive: true);
        }
    }

    public ValueTask DisposeAsync()
    {
        Forget();
        _directory.Dispose();
        _projects.Dispose();
        return ValueTask.CompletedTask;
    }
}
