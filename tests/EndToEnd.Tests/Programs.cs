using System.Runtime.InteropServices;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>How a program was built.</summary>
public enum Build
{
    /// <summary>By <c>dotnet build</c>; runs on the installed .NET runtime.</summary>
    Managed,

    /// <summary>By <c>./build.sh</c>, with the framework of these tests: <c>--local</c>, or <c>--cross</c> where STREAMING_LAMBDA_ARCH names another
    /// processor.</summary>
    Native,
}

/// <summary>The executables under test. A native one is built first where that is needed and this machine can; where a tool is missing the test is
/// skipped with the reason, unless STREAMING_LAMBDA_REQUIRE_NATIVE=1 says that none may be missing.</summary>
internal static class Programs
{
#if NET10_0_OR_GREATER
    private const string Runtime = "provided.al2023";
    private const string Artifacts = "artifacts/net10.0";
#else
    private const string Runtime = "provided.al2";
    private const string Artifacts = "artifacts";
#endif

    private static readonly Lock Building = new();
    private static readonly string Here = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
    private static readonly string Arch = Environment.GetEnvironmentVariable("STREAMING_LAMBDA_ARCH") is { Length: > 0 } arch ? arch : Here;

    /// <summary>Whether the native programs are for another processor than this machine's, so that QEMU runs them: memory is then QEMU's.</summary>
    public static bool AreEmulated => Arch != Here;

    /// <summary>The command that runs the function.</summary>
    public static string Bootstrap(Build build) => build == Build.Managed ? BuiltPrograms.Bootstrap : Runnable(NativeBootstrap());

    /// <summary>The function's own file, which is not the command where QEMU runs it.</summary>
    public static string BootstrapFile(Build build) => build == Build.Managed ? BuiltPrograms.Bootstrap : NativeBootstrap();

    /// <summary>The benchmark's function, native, which streams as much as its event asks for.</summary>
    public static string WorkloadFunction() => BuiltHere("bench", ["src/Runtime", "bench/WorkloadFunction"], "--bench");

    /// <summary>A function, native, that streams what it gets over HTTPS from the address that its handler setting is.</summary>
    public static string HttpsFunction() => BuiltHere(
        "https", ["src/Runtime", "src/Formats", "tests/HttpsFunction"], "--local", "--project", "tests/HttpsFunction/HttpsFunction.csproj");

    private static string NativeBootstrap()
    {
        string[] sources = ["src/Runtime", "src/Formats", "src/Handlers", "src/Bootstrap"];
        return AreEmulated ? Built($"artifacts/cross/{Runtime}-{Arch}", sources, "--cross", "--arch", Arch) : BuiltHere("local", sources, "--local");
    }

    private static string BuiltHere(string kind, string[] sources, params string[] way) => Built($"{Artifacts}/{kind}", sources, way);

    /// <summary>What build.sh leaves, which runs if the file is not there or older than a source of it.</summary>
    private static string Built(string directory, string[] sources, params string[] way)
    {
        string file = Repository.PathOf($"{directory}/bootstrap");
        lock (Building)
        {
            if (!File.Exists(file) || Repository.ChangedSince(file, [.. sources, .. Repository.NativeAotSources]) is not null)
                RunBuild([.. way, "--runtime", Runtime, "--output", Repository.PathOf(directory)]);
        }
        return file;
    }

    private static void RunBuild(string[] arguments)
    {
        string? missing = !OperatingSystem.IsLinux() ? "Linux"
            : AreEmulated && !Tools.IsInPath("zig") && Environment.GetEnvironmentVariable("ZIG") is null ? "zig"
            : !AreEmulated && !Tools.IsInPath("clang") && !Tools.IsInPath("gcc") ? "a linker (clang or gcc)"
            : ((string[])["zip", "unzip", "readelf", "objcopy"]).FirstOrDefault(tool => !Tools.IsInPath(tool));
        if (missing is not null && Environment.GetEnvironmentVariable("STREAMING_LAMBDA_REQUIRE_NATIVE") != "1")
            Assert.Skip($"A native function cannot be built here: there is no {missing}.");

        CommandResult result = Command.RunAsync(Repository.PathOf("build.sh"), arguments, timeout: TimeSpan.FromMinutes(5)).GetAwaiter().GetResult();
        Assert.True(result.ExitCode == 0, $"./build.sh {string.Join(' ', arguments)} failed:\n{result.Output}{result.Error}");
    }

    /// <summary>The file itself, or a script beside it that has QEMU run it, with Debian's C library for that processor
    /// (libc6-arm64-cross).</summary>
    private static string Runnable(string file)
    {
        if (!AreEmulated)
            return file;
        string script = file + ".sh";
        lock (Building)
        {
            string processor = Arch == "arm64" ? "aarch64" : "x86_64";
            string text = $"#!/bin/sh\nexec qemu-{processor}-static -L /usr/{processor}-linux-gnu '{file}' \"$@\"\n";
            // Written once: a file that is being written cannot be started.
            if (!File.Exists(script) || File.ReadAllText(script) != text)
                File.WriteAllText(script, text);
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return script;
    }
}
