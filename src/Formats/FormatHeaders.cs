using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Status and headers as the caller gave them, with those of the format where the caller said nothing.</summary>
internal static class FormatHeaders
{
    public static StatusAndHeaders Complete(StatusAndHeaders? given, params ReadOnlySpan<(string Name, string Value)> ofFormat) =>
        Complete(given, 200, ofFormat);

    /// <param name="given">What the caller gave.</param>
    /// <param name="statusCode">The status where the caller gave none.</param>
    /// <param name="ofFormat">The headers of the format.</param>
    public static StatusAndHeaders Complete(
        StatusAndHeaders? given, int statusCode, params ReadOnlySpan<(string Name, string Value)> ofFormat)
    {
        if (given is null)
            return new StatusAndHeaders(statusCode, ofFormat);
        var headers = new Dictionary<string, string>(given.Headers, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in ofFormat)
            headers.TryAdd(name, value);
        return new StatusAndHeaders(given.StatusCode) { Headers = headers, Cookies = given.Cookies, AllowEmptyBody = given.AllowEmptyBody };
    }
}
