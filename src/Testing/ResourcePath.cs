namespace StreamingLambda.Testing;

/// <summary>The path of a REST API's resource, such as <c>/orders/{id}</c> or <c>/files/{proxy+}</c>.</summary>
internal sealed class ResourcePath
{
    private readonly string[] _segments;

    public ResourcePath(string resource)
    {
        if (!resource.StartsWith('/'))
            throw new ArgumentException($"The resource '{resource}' does not begin with '/', as every resource of an API does.", nameof(resource));
        _segments = Split(resource);
        if (_segments.SkipLast(1).FirstOrDefault(IsGreedy) is { } greedy)
        {
            throw new ArgumentException(
                $"In the resource '{resource}' something follows '{greedy}', which takes the whole rest of a path. Let it be the last part.",
                nameof(resource));
        }
        Text = resource;
    }

    /// <summary>It as the API defines it.</summary>
    public string Text { get; }

    /// <summary>What stands in a path for the parts in braces, decoded; null if the path does not fit.</summary>
    public Dictionary<string, string>? Match(string path)
    {
        string[] parts = Split(path);
        if (parts.Length != _segments.Length && !(parts.Length > _segments.Length && _segments is [.., var last] && IsGreedy(last)))
            return null;
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < _segments.Length; i++)
        {
            string part = Uri.UnescapeDataString(parts[i]);
            if (_segments[i] is ['{', .. var greedy, '+', '}'])
                parameters[greedy] = Uri.UnescapeDataString(string.Join('/', parts[i..]));
            else if (_segments[i] is ['{', .. var parameter, '}'] && part.Length > 0)
                parameters[parameter] = part;
            else if (_segments[i] != part)
                return null;
        }
        return parameters;
    }

    private static bool IsGreedy(string segment) => segment is ['{', .., '+', '}'];

    // A slash at the end makes no difference.
    private static string[] Split(string path) => path.Trim('/') is { Length: > 0 } inner ? inner.Split('/') : [];
}
