using System.Collections.ObjectModel;

namespace StreamingLambda.Runtime.Events;

/// <summary>Names and values of an event, with the comparison that their names need.</summary>
internal static class EventMap
{
    public static readonly IReadOnlyDictionary<string, string> Empty = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Copies a map as it came from JSON, where a value, or the whole map, may be null.</summary>
    public static IReadOnlyDictionary<string, string> Create(IReadOnlyDictionary<string, string>? source, StringComparer comparer)
    {
        if (source is null or { Count: 0 })
            return Empty;
        var map = new Dictionary<string, string>(source.Count, comparer);
        foreach ((string name, string? value) in source)
        {
            if (value is not null)
                map[name] = value;
        }
        return map;
    }
}
