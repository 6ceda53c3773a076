using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace StreamingLambda.Examples.Tests;

/// <summary>An example. What it does is the same in both forms: the compiler's warnings about native executables are errors in either. A native one
/// takes half a minute to make.</summary>
internal static class Example
{
    private static readonly SemaphoreSlim Publishing = new(1);
    private static readonly ConcurrentDictionary<(string Name, bool IsNative), Lazy<Task<string>>> Published = new();

    /// <summary>The example in <c>examples/NAME</c>, in an emulator of its own, as a program for the .NET runtime.</summary>
    public static async Task<LocalLambda> StartAsync(string name, LocalLambdaOptions? options = null)
    {
        await SkipWithoutSdk10Async();
        return await LocalLambda.StartAsync((options ?? new()) with { Path = await OnceAsync(name, isNative: false), Handler = name });
    }

    /// <summary>The native executable of the example in <c>examples/NAME</c>, with whatever belongs beside it, as its users publish it.</summary>
    public static async Task<string> PublishAsync(string name)
    {
        bool canLink = OperatingSystem.IsLinux() && (Tools.IsInPath("clang") || Tools.IsInPath("gcc"));
        if (!canLink && Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") != "1")
            Assert.Skip("A native function cannot be built here: there is no linker (clang or gcc), or this is not Linux.");
        await SkipWithoutSdk10Async();
        return await OnceAsync(name, isNative: true);
    }

    private static Task<string> OnceAsync(string name, bool isNative) =>
        Published.GetOrAdd((name, isNative), _ => new(() => PublishOnceAsync(name, isNative))).Value;

    private static async Task<string> PublishOnceAsync(string name, bool isNative)
    {
        string architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string output = Repository.PathOf($"artifacts/examples/{(isNative ? "" : "managed/")}{name}");
        await Publishing.WaitAsync();
        try
        {
            // Up to date, it costs some seconds.
            CommandResult published = await Command.RunAsync(
                "dotnet",
                [
                    "publish", Repository.PathOf($"examples/{name}"), "--configuration", "Release", "--runtime", $"linux-{architecture}",
                    "--output", output, "--nologo", .. isNative ? Array.Empty<string>() : ["-p:PublishAot=false", "--no-self-contained"],
                ],
                timeout: TimeSpan.FromMinutes(8));
            Assert.True(published.ExitCode == 0, $"examples/{name} cannot be published:\n{published.Output}{published.Error}");
        }
        finally
        {
            Publishing.Release();
        }
        return Path.Combine(output, "bootstrap");
    }

    /// <summary>The examples are what a new project is, .NET 10, while the rest of this repository builds with .NET 9's SDK too.</summary>
    private static async Task SkipWithoutSdk10Async()
    {
        CommandResult version = await Command.RunAsync("dotnet", ["--version"]);
        Assert.SkipWhen(Version.Parse(version.Output.Split('-')[0].Trim()).Major < 10, "The examples need SDK 10 or newer.");
    }
}
