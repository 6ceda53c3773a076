using System.Text;

namespace StreamingLambda.Emulator.Doors;

/// <summary>The target of a request as it stood in the request line, nothing decoded.</summary>
/// <param name="Path">Path, percent-encoded.</param>
/// <param name="Query">Query without the question mark, verbatim.</param>
internal sealed record RequestTarget(string Path, string Query)
{
    private const string AfterScheme = "://";

    /// <summary>Takes a request line's target apart; a full URL, as sent to proxies, is allowed.</summary>
    public static RequestTarget Parse(string rawTarget)
    {
        string target = rawTarget;
        if (!target.StartsWith('/') && target.IndexOf(AfterScheme, StringComparison.Ordinal) is > 0 and var scheme)
        {
            int host = scheme + AfterScheme.Length;
            int end = target.AsSpan(host).IndexOfAny('/', '?');
            target = end < 0 ? "/" : target[host + end] == '/' ? target[(host + end)..] : "/" + target[(host + end)..];
        }

        int question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? new RequestTarget(target, "") : new RequestTarget(target[..question], target[(question + 1)..]);
    }

    /// <summary>The path decoded; bytes that are not UTF-8 become U+FFFD.</summary>
    public string DecodedPath => Encoding.UTF8.GetString(PercentEncoding.Decode(Path));

    /// <summary>Name and value of each parameter as they stand in the query.</summary>
    public IEnumerable<KeyValuePair<string, string>> RawParameters()
    {
        foreach (string pair in Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? new(pair, "") : new(pair[..equals], pair[(equals + 1)..]);
        }
    }

    /// <summary>Names and values decoded; values of a repeated name are joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Parameters() => ParameterLists().ToDictionary(pair => pair.Key, pair => string.Join(',', pair.Value));

    /// <summary>Names decoded, and every value of each, in the order sent.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> ParameterLists() =>
    [
        .. RawParameters().GroupBy(pair => Decode(pair.Key), pair => Decode(pair.Value), StringComparer.Ordinal)
            .Select(group => new KeyValuePair<string, IReadOnlyList<string>>(group.Key, [.. group])),
    ];

    private static string Decode(string text) => Encoding.UTF8.GetString(PercentEncoding.DecodeQuery(text));
}
