using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>Where a function's executable is: the places that are looked at, of which the one that was built last counts.</summary>
internal sealed class FunctionCode
{
    private const string Executable = "bootstrap";

    /// <summary>What was found is good for so long at the most.</summary>
    private static readonly TimeSpan MaxFreshness = TimeSpan.FromMilliseconds(250);

    private readonly Func<IEnumerable<string?>> _candidates;

    /// <summary>Whoever names an executable means it: if it cannot run as it is, its start says why.</summary>
    private readonly bool _isNamed;
    private readonly Lock _lock = new();
    private string? _found;
    private long _lookedAt;
    private TimeSpan _freshness;

    private FunctionCode(string expected, string missing, Func<IEnumerable<string?>> candidates, bool isNamed = false)
    {
        Expected = expected;
        Missing = missing;
        _candidates = candidates;
        _isNamed = isNamed;
    }

    /// <summary>Where it would be if there were one.</summary>
    public string Expected { get; }

    /// <summary>Where there is none, as the second half of a sentence.</summary>
    public string Missing { get; }

    /// <summary>The executable; null when the function is not built.</summary>
    public string? Find() => NewestOf(_candidates().OfType<string>()) ?? (_isNamed ? _candidates().FirstOrDefault(File.Exists) : null);

    /// <summary>The same for one invocation among many: a large tree is not searched for each, but for a tenth of the time at the most.</summary>
    public string? FindNow(TimeProvider time)
    {
        lock (_lock)
        {
            long start = time.GetTimestamp();
            if (_found is null || time.GetElapsedTime(_lookedAt, start) >= _freshness || !BootstrapFiles.Read(_found).IsBuilt)
            {
                _found = Find();
                _lookedAt = time.GetTimestamp();
                TimeSpan cost = 10 * time.GetElapsedTime(start, _lookedAt);
                _freshness = cost < MaxFreshness ? cost : MaxFreshness;
            }
            return _found;
        }
    }

    /// <summary>The one that was built last; null when none is complete.</summary>
    public static string? NewestOf(IEnumerable<string> paths) =>
        paths.Select(BootstrapFiles.Read).Where(files => files.IsBuilt).MaxBy(files => files.NewestWrite)?.Path;

    /// <summary>An executable that somebody named.</summary>
    /// <exception cref="ConfigurationException">There is none, or it cannot be run.</exception>
    public static FunctionCode Named(string name)
    {
        string path = Path.GetFullPath(name);
        if (Directory.Exists(path))
            path = Path.Combine(path, Executable);
        if (!File.Exists(path))
            throw new ConfigurationException($"There is no executable at {path}. Build it first, or give its path with --bootstrap PATH.");
        if (Path.GetExtension(path) == ".zip")
            return OfUnpacked(path);
        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0)
            throw new ConfigurationException($"{path} is not executable; Lambda would answer Runtime.InvalidEntrypoint. Run 'chmod +x {path}'.");
        return new FunctionCode(path, $"none at {path}", () => [path], isNamed: true);
    }

    private static FunctionCode OfUnpacked(string zip)
    {
        var code = new ZippedCode(zip);
        return new FunctionCode(zip, $"none in {zip}", () => [code.Find()], isNamed: true);
    }

    /// <summary>What was built beside the emulator, in a checkout of it: what runs where there is no template.</summary>
    public static FunctionCode BesideEmulator() =>
        new(Executable, "none was built beside this emulator", () => [DefaultBootstrap.FindBesideEmulator()]);

    /// <summary>A zip is what goes to AWS; what runs here is what was built last in its folder or below it.</summary>
    public static FunctionCode OfZip(string zip)
    {
        string folder = Path.GetDirectoryName(zip) ?? zip;
        // In a checkout of the emulator other programs are built there too, its tests' for example.
        return new FunctionCode(
            Path.Combine(folder, Executable),
            $"none in {folder} or below, where CodeUri has {Path.GetFileName(zip)}",
            () => [DefaultBootstrap.FindBesideEmulator() is { } own && IsBelow(folder, own) ? own : DefaultBootstrap.FindBelow(folder)]);
    }

    /// <summary>A folder that holds the executable, or the sources that a tool builds it from.</summary>
    /// <param name="folder">What <c>CodeUri</c> names.</param>
    /// <param name="templateFolder">The template's own folder, where the tools put their results.</param>
    /// <param name="logicalId">The function's name in the template.</param>
    /// <param name="names">What a binary of it may be called, the most certain first.</param>
    public static FunctionCode InFolder(string folder, string templateFolder, string logicalId, IReadOnlyList<string> names) => new(
        Path.Combine(folder, Executable),
        $"none in {folder}, where CodeUri points, and none that 'sam build', 'cargo lambda build' or 'dotnet build' made of it",
        () =>
        [
            Path.Combine(folder, Executable),
            Path.Combine(templateFolder, ".aws-sam", "build", logicalId, Executable),
            CargoLambda(folder, names) ?? CargoLambda(templateFolder, names),
            IsProject(folder) ? DefaultBootstrap.FindBelow(Path.Combine(folder, "bin")) : null,
        ]);

    // target/lambda/NAME/bootstrap; of several only one that is called like the function.
    private static string? CargoLambda(string folder, IReadOnlyList<string> names)
    {
        string built = Path.Combine(folder, "target", "lambda");
        if (!Directory.Exists(built))
            return null;
        List<string> binaries = [.. Directory.EnumerateDirectories(built).Where(binary => File.Exists(Path.Combine(binary, Executable)))];
        string? named = names
            .Select(name => binaries.Find(binary => string.Equals(Path.GetFileName(binary), name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(binary => binary is not null);
        return (named ?? (binaries.Count == 1 ? binaries[0] : null)) is { } found ? Path.Combine(found, Executable) : null;
    }

    private static bool IsProject(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.csproj").Any();

    private static bool IsBelow(string folder, string path) => !Path.GetRelativePath(folder, path).StartsWith("..", StringComparison.Ordinal);
}
