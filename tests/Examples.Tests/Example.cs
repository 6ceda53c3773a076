using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace StreamingLambda.Examples.Tests;

/// <summary>An example. What it does is the same in both forms: the compiler's warnings about native executables are errors in either. A native one
/// takes a quarter of a minute to make, all others together not much more.</summary>
internal static class Example
{
    /// <summary>One at a time: they share what they compile of src/.</summary>
    private static readonly SemaphoreSlim Building = new(1);

    private static readonly Lazy<Task> AllBuilt = new(static () => DotnetAsync("build", "examples/Examples.slnx"));
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Published = new();
    private static readonly Lazy<Task<int>> Sdk = new(ReadSdkAsync);

    /// <summary>The example in <c>examples/NAME</c>, in an emulator of its own, as a program for the .NET runtime.</summary>
    public static async Task<LocalLambda> StartAsync(string name, LocalLambdaOptions? options = null)
    {
        await SkipWithoutSdk10Async();
        await AllBuilt.Value;
        return await LocalLambda.StartAsync((options ?? new()) with { Path = Repository.PathOf($"artifacts/bin/{name}/release"), Handler = name });
    }

    /// <summary>The native executable of the example in <c>examples/NAME</c>, with whatever belongs beside it, as its users publish it.</summary>
    public static async Task<string> PublishAsync(string name)
    {
        bool canLink = OperatingSystem.IsLinux() && (Tools.IsInPath("clang") || Tools.IsInPath("gcc"));
        if (!canLink && Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") != "1")
            Assert.Skip("A native function cannot be built here: there is no linker (clang or gcc), or this is not Linux.");
        await SkipWithoutSdk10Async();
        return await Published.GetOrAdd(name, _ => new(() => PublishOnceAsync(name))).Value;
    }

    private static async Task<string> PublishOnceAsync(string name)
    {
        string architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        // What .ci/run builds of it, to hold its size to the one on record, is the same program.
        string onRecord = Repository.PathOf($"artifacts/net10.0/{name}/bootstrap");
        string[] sources = [$"examples/{name}", "examples/Directory.Build.props", "src", .. Repository.NativeAotSources];
        if (File.Exists(onRecord) && Repository.ChangedSince(onRecord, sources) is null)
            return onRecord;
        string output = Repository.PathOf($"artifacts/examples/{name}");
        // As build.sh does: no symbols, which are stripped anyway, and no analyzers, as the build of all examples has their verdict.
        string[] options = ["-p:NativeDebugSymbols=false", "-p:RunAnalyzers=false"];
        await DotnetAsync("publish", $"examples/{name}", ["--runtime", $"linux-{architecture}", "--output", output, .. options]);
        return Path.Combine(output, "bootstrap");
    }

    // Up to date, it costs some seconds.
    private static async Task DotnetAsync(string command, string what, params string[] options)
    {
        await Building.WaitAsync();
        try
        {
            CommandResult result = await Command.RunAsync(
                "dotnet",
                [command, Repository.PathOf(what), "--configuration", "Release", "--nologo", .. options],
                timeout: TimeSpan.FromMinutes(8));
            Assert.True(result.ExitCode == 0, $"'dotnet {command} {what}' failed:\n{result.Output}{result.Error}");
        }
        finally
        {
            Building.Release();
        }
    }

    /// <summary>The examples are what a new project is, .NET 10, while the rest of this repository builds with .NET 9's SDK too.</summary>
    private static async Task SkipWithoutSdk10Async() => Assert.SkipWhen(await Sdk.Value < 10, "The examples need SDK 10 or newer.");

    private static async Task<int> ReadSdkAsync()
    {
        CommandResult version = await Command.RunAsync("dotnet", ["--version"]);
        return Version.Parse(version.Output.Split('-')[0].Trim()).Major;
    }
}
