namespace StreamingLambda.Tests.Shared;

/// <summary>The programs as 'dotnet build' leaves them, in the configuration and for the framework of the tests that run.</summary>
public static class BuiltPrograms
{
    /// <summary>artifacts/bin/PROJECT/CONFIGURATION: the running tests' own directory tells which.</summary>
    private static readonly DirectoryInfo Own = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static string Emulator => In("Emulator", "StreamingLambda.Emulator");

    public static string Bootstrap => In("Bootstrap", "bootstrap");

    /// <summary>The benchmark's function, which streams as much as its event asks for.</summary>
    public static string WorkloadFunction => In("WorkloadFunction", "bootstrap");

    /// <summary>A function that does step by step what its event says (tests/TestBootstrap).</summary>
    public static string TestBootstrap => In("TestBootstrap", "bootstrap");

    /// <summary>A function that has something to wait for at its start and at its end (tests/LifetimeFunction).</summary>
    public static string LifetimeFunction => In("LifetimeFunction", "bootstrap");

    /// <summary>A function on our runtime that makes the mistake that the path of the request names (tests/CarelessFunction).</summary>
    public static string CarelessFunction => In("CarelessFunction", "bootstrap");

    /// <summary>The soak, driver and function in one (tests/Soak).</summary>
    public static string Soak => In("Soak", "StreamingLambda.Soak" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>A file that a project's build leaves.</summary>
    public static string In(string project, string file) => Path.Combine(Own.Parent!.Parent!.FullName, project, Own.Name, file);
}
