namespace StreamingLambda.Emulator.Configuration;

/// <summary>The bootstrap to run when nobody names one.</summary>
internal static class DefaultBootstrap
{
    /// <summary>
    /// Below a folder, but neither in hidden ones nor as deep as a tree of packages goes: artifacts/net10.0/bin/PROJECT/debug is deepest.
    /// </summary>
    private static readonly EnumerationOptions Nearby = new() { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };

    private static string Name => OperatingSystem.IsWindows() ? "bootstrap.exe" : "bootstrap";

    /// <summary>artifacts/bin/Emulator/debug/ -> artifacts/bin/Bootstrap/debug/bootstrap; null when there is none.</summary>
    public static string? FindBesideEmulator()
    {
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return output.Parent?.Parent is { } bin && Path.Combine(bin.FullName, "Bootstrap", output.Name, Name) is var path && File.Exists(path)
            ? path
            : null;
    }

    /// <summary>The one that was built last in a folder, or below it; null when there is none.</summary>
    public static string? FindBelow(string folder) =>
        Directory.Exists(folder)
            ? FunctionCode.NewestOf(Directory.EnumerateFiles(folder, Name, Nearby).Where(path => IsBuilt(folder, path)))
            : null;

    // 'obj' holds what is not yet the result of a build, and the folder of another program, such as the function's tests, no more than a copy.
    private static bool IsBuilt(string folder, string path) =>
        !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar).Contains("obj")
        && !IsIntermediate(path)
        && Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.runtimeconfig.json")
            .All(file => Path.GetFileName(file) == "bootstrap.runtimeconfig.json");

    // The native compiler works in the folder 'native' inside of the managed build's; a publish copies the result from there when it is complete.
    private static bool IsIntermediate(string path) =>
        Path.GetDirectoryName(path) is { } native && Path.GetFileName(native) == "native" && File.Exists(Path.Combine(native, "..", "bootstrap.dll"));
}
