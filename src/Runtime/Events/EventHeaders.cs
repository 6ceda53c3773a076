namespace StreamingLambda.Runtime.Events;

/// <summary>The headers of a request, which every event of HTTP has in the same form. Names are found in any case.</summary>
internal sealed class EventHeaders(EventValue headers)
{
    private Dictionary<string, EventValue>? _values;
    private Dictionary<string, string>? _texts;

    public IReadOnlyDictionary<string, string> Texts => _texts ??= headers.ReadTexts(StringComparer.OrdinalIgnoreCase);

    /// <summary>One header's value, null if it is not there. The others may have any form.</summary>
    /// <exception cref="FormatException">It is not text.</exception>
    public string? Find(string name)
    {
        _values ??= headers.ReadMembers(StringComparer.OrdinalIgnoreCase);
        return _values.GetValueOrDefault(name)?.ReadText();
    }

    /// <summary>The value of a cookie, null if it has another name.</summary>
    /// <param name="cookie">Name and value as they were sent: <c>name=value</c>.</param>
    /// <param name="name">The name, in its case.</param>
    public static string? ReadCookie(string cookie, string name) =>
        cookie.Length > name.Length && cookie[name.Length] == '=' && cookie.StartsWith(name, StringComparison.Ordinal)
            ? cookie[(name.Length + 1)..]
            : null;
}
