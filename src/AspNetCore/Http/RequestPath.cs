using Microsoft.AspNetCore.Http;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>A path as it was sent, made what the app's routes match: percent-decoded but for <c>%2F</c>, without dot segments, as Kestrel does
/// it.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4</remarks>
internal static class RequestPath
{
    public static string Decode(string rawPath)
    {
        string path = rawPath.StartsWith('/') ? rawPath : "/" + rawPath;
#pragma warning disable CA2234 // Pass System.Uri objects instead of strings: a path alone is not one, and Uri would change it
        path = PathString.FromUriComponent(path).Value!;
#pragma warning restore CA2234
        return path.Contains("/.", StringComparison.Ordinal) ? RemoveDotSegments(path) : path;
    }

    private static string RemoveDotSegments(string path)
    {
        string[] segments = path[1..].Split('/');
        var kept = new List<string>(segments.Length);
        foreach (string segment in segments)
        {
            if (segment == "..")
                kept.RemoveRange(Math.Max(kept.Count - 1, 0), Math.Min(kept.Count, 1));
            else if (segment != ".")
                kept.Add(segment);
        }
        // A dot segment at the end leaves a directory.
        string end = segments[^1] is "." or ".." && kept.Count > 0 ? "/" : "";
        return "/" + string.Join('/', kept) + end;
    }
}
