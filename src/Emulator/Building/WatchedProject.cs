using System.Xml;
using System.Xml.Linq;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Building;

/// <summary>The project that makes the functions' bootstrap, and the folders whose files it is made of.</summary>
/// <param name="Path">The project's file.</param>
/// <param name="Root">The folder above, where files for the whole build are: that of the template.</param>
internal sealed record WatchedProject(string Path, string Root)
{
    private const string Executable = "bootstrap";

    /// <summary>Files of the root that every project below is built with.</summary>
    private static readonly HashSet<string> BuildSettings = new(StringComparer.OrdinalIgnoreCase)
    {
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "nuget.config", "global.json", ".editorconfig",
    };

    /// <summary>What a change of means that packages may be missing.</summary>
    private static readonly HashSet<string> NamesPackages = new(StringComparer.OrdinalIgnoreCase) { ".csproj", ".props", ".targets", ".config" };

    /// <summary>Deep enough for src/GROUP/PROJECT, and not a walk through everything.</summary>
    private static readonly EnumerationOptions Nearby = new() { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };

    /// <summary>How the console calls it.</summary>
    public string Name => System.IO.Path.GetRelativePath(Root, Path);

    /// <summary>The project that somebody named, or the only one below the root that makes a bootstrap.</summary>
    /// <exception cref="ConfigurationException">There is none, or more than one.</exception>
    public static WatchedProject Find(string root, string? named)
    {
        if (named is not null)
        {
            string path = System.IO.Path.GetFullPath(named);
            if (Directory.Exists(path) && Directory.GetFiles(path, "*.csproj") is [{ } only])
                path = only;
            return File.Exists(path)
                ? new WatchedProject(path, root)
                : throw new ConfigurationException($"--project {named}: there is no such project. Name its .csproj file.");
        }

        List<string> found = [.. Directory.EnumerateFiles(root, "*.csproj", Nearby).Where(file => IsSource(root, file) && MakesBootstrap(file))];
        return found switch
        {
            [{ } only] => new WatchedProject(only, root),
            [] => throw new ConfigurationException(
                $"--watch: no project in {root} or below says <AssemblyName>{Executable}</AssemblyName>. Name the one to build with --project PATH."),
            _ => throw new ConfigurationException(
                $"--watch: several projects make a {Executable}. Name the one to build with --project PATH: "
                    + $"{string.Join(", ", found.Select(file => System.IO.Path.GetRelativePath(root, file)).Order(StringComparer.Ordinal))}."),
        };
    }

    /// <summary>The folders of the project and of those that it refers to.</summary>
    public IReadOnlyCollection<string> ReadFolders()
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        var projects = new Queue<string>([Path]);
        while (projects.TryDequeue(out string? project))
        {
            string folder = System.IO.Path.GetDirectoryName(project)!;
            if (!folders.Add(folder) || !File.Exists(project))
                continue;
            foreach (string reference in References(project))
                projects.Enqueue(System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, reference)));
        }
        return folders;
    }

    /// <summary>Whether a file is the developer's, and not what a build or an editor leaves.</summary>
    /// <param name="folder">The watched folder.</param>
    /// <param name="path">The file in it.</param>
    public static bool IsSource(string folder, string path)
    {
        string[] parts = System.IO.Path.GetRelativePath(folder, path).Split(System.IO.Path.DirectorySeparatorChar);
        return !parts[..^1].Any(part => part is "bin" or "obj" or "artifacts" or "node_modules" || part.StartsWith('.'))
            && parts[^1] is [not ('.' or '#'), ..] and not [.., '~'] and not "4913"
            && System.IO.Path.GetExtension(parts[^1]) is not (".swp" or ".tmp");
    }

    /// <summary>Whether a file of the root belongs to the build of every project.</summary>
    public static bool IsBuildSetting(string path) => BuildSettings.Contains(System.IO.Path.GetFileName(path));

    /// <summary>Whether packages may have to be restored after a change of that file.</summary>
    public static bool MayNamePackages(string path) => NamesPackages.Contains(System.IO.Path.GetExtension(path));

    private static bool MakesBootstrap(string project) => Elements(project, "AssemblyName").Any(element => element.Value.Trim() == Executable);

    // One that a property decides about is left out: a change there needs a build by hand.
    private static IEnumerable<string> References(string project) => Elements(project, "ProjectReference")
        .Select(element => ((string?)element.Attribute("Include"))?.Replace('\\', System.IO.Path.DirectorySeparatorChar))
        .OfType<string>()
        .Where(path => !path.Contains("$(", StringComparison.Ordinal));

    private static IEnumerable<XElement> Elements(string project, string name)
    {
        try
        {
            return [.. XDocument.Load(project).Descendants().Where(element => element.Name.LocalName == name)];
        }
        catch (Exception exception) when (exception is XmlException or IOException or UnauthorizedAccessException)
        {
            // Being written: the build will say what is wrong with it.
            return [];
        }
    }
}
