using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>Status and headers as the caller gave them, with those of the format where the caller said nothing.</summary>
internal static class FormatHeaders
{
    public static StatusAndHeaders Complete(StatusAndHeaders? given, params ReadOnlySpan<(string Name, string Value)> ofFormat)
    {
        if (given is null)
            return new StatusAndHeaders(200, ofFormat);
        var headers = new Dictionary<string, string>(given.Headers, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in ofFormat)
            headers.TryAdd(name, value);
        return new StatusAndHeaders(given.StatusCode) { Headers = headers, Cookies = given.Cookies, AllowEmptyBody = given.AllowEmptyBody };
    }
}
