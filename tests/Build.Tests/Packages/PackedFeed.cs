namespace StreamingLambda.Build.Tests.Packages;

/// <summary>
/// The packages of this checkout in a folder, and a directory of somebody who has that folder as a source of packages beside what this
/// machine is set up with. The version is one that nobody has seen before: neither the sources nor a cache can stand in for what was
/// packed here.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TemporaryDirectory _directory = new("a user");

    public string Version { get; } = $"0.0.0-test.{Guid.NewGuid():N}";

    /// <summary>Where the packages are.</summary>
    public string Feed => Path.Combine(_directory.Path, "feed");

    /// <summary>Where the user works.</summary>
    public string Home => _directory.Path;

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

    /// <summary>Makes a project with the template; its directory.</summary>
    internal async Task<string> NewAsync(string name, params string[] options)
    {
        CommandResult result = await DotnetAsync(Home, ["new", "streaming-lambda", "--name", name, "--debug:custom-hive", Hive, .. options]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return Path.Combine(Home, name);
    }

    /// <summary>Runs 'dotnet' to its end. No build node outlives it.</summary>
    internal static Task<CommandResult> DotnetAsync(string directory, params string[] arguments) => Command.RunAsync(
        "dotnet", arguments, directory, new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" }, Patience);

    public ValueTask DisposeAsync()
    {
        // What NuGet unpacked of these packages, which nobody will ask for again.
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string package in Directory.Exists(packages) ? Directory.GetDirectories(packages, "streaminglambda.*") : [])
        {
            string unpacked = Path.Combine(package, Version);
            if (Directory.Exists(unpacked))
                Directory.Delete(unpacked, recursive: true);
        }
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
