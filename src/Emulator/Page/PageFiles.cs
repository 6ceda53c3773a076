using System.Reflection;

namespace StreamingLambda.Emulator.Page;

/// <summary>The page's files, which are in this assembly.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";

    private static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>The file of a path; null: there is none.</summary>
    public static (byte[] Content, string ContentType)? Find(string path)
    {
        string name = path == "/" ? "index.html" : path.TrimStart('/');
        using Stream? resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + name);
        if (resource is null)
            return null;

        using var content = new MemoryStream();
        resource.CopyTo(content);
        return (content.ToArray(), ContentTypes[Path.GetExtension(name)]);
    }
}
