namespace StreamingLambda.Emulator.Options;

/// <summary>The bootstrap that was built beside this emulator.</summary>
internal static class DefaultBootstrap
{
    /// <summary>artifacts/bin/Emulator/debug/ -> artifacts/bin/Bootstrap/debug/bootstrap; null when there is none.</summary>
    public static string? Find()
    {
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string name = OperatingSystem.IsWindows() ? "bootstrap.exe" : "bootstrap";
        return output.Parent?.Parent is { } bin && Path.Combine(bin.FullName, "Bootstrap", output.Name, name) is var path && File.Exists(path)
            ? path
            : null;
    }
}
