using System.Text;
using System.Text.Unicode;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Page.Exports;

/// <summary>An invocation as a shell command that makes it again.</summary>
internal static class CurlExport
{
    /// <summary>Composes it.</summary>
    public static string Of(ServedFunction served, ReadOnlyMemory<byte> eventJson)
    {
        FunctionSettings settings = served.Function.Settings;
        if (HttpEvent.Read(eventJson) is { IsFromFunctionUrl: true } http && settings.HasUrl && CanBeTyped(http))
            return Request(settings.AuthType == AuthType.AwsIam ? settings.Account : null, http, served.Url);

        return settings is { HasUrl: true, Doors.InvokePath: { } invokePath }
            ? WithBody(null, eventJson, Quote(new Uri(served.Url, invokePath).AbsoluteUri))
            : WithBody(settings.Account, eventJson, Quote(new Uri(served.Url, Calls.ApiPath(settings.Name)).AbsoluteUri));
    }

    private static string Request(Account? signer, HttpEvent http, Uri url)
    {
        var options = new StringBuilder();
        // curl takes brackets for a pattern, and folders with dots for steps to take before it asks.
        if (http.Target.AsSpan().ContainsAny("[]{}"))
            options.Append("--globoff ");
        if (http.Target.Contains("/.", StringComparison.Ordinal))
            options.Append("--path-as-is ");
        string usual = http.Body.IsEmpty ? "GET" : "POST";
        if (http.Method == "HEAD")
            options.Append("--head ");
        else if (http.Method != usual)
            options.Append("-X ").Append(Quote(http.Method)).Append(' ');
        foreach ((string name, string value) in http.Headers)
        {
            // curl's own.
            if (name.Equals("accept", StringComparison.OrdinalIgnoreCase) && value == "*/*")
                continue;
            options.Append("-H ").Append(Quote(value.Length > 0 ? $"{name}: {value}" : $"{name};")).Append(' ');
        }
        string address = Quote($"{url.GetLeftPart(UriPartial.Authority)}{http.Target}");
        return http.Body.IsEmpty ? CurlLine.Of(signer, $"{options}{address}") : WithBody(signer, http.Body, $"{options}{address}");
    }

    // An event may say anything, and be none of a request that curl can make: it would ask another server, or read a file for a header.
    private static bool CanBeTyped(HttpEvent http) =>
        HeaderText.IsName(http.Method)
            && http.Target is ['/', ..] && http.Target.All(c => c is > ' ' and <= '~' and not '#')
            && http.Headers.All(header => HeaderText.IsName(header.Key) && header.Value.All(c => c != '\n' && IsVisible(c)));

    // A shell cannot take a NUL, and nobody should paste what he cannot see.
    private static string WithBody(Account? signer, ReadOnlyMemory<byte> body, string rest)
    {
        if (Utf8.IsValid(body.Span) && Encoding.UTF8.GetString(body.Span) is var text && text.All(IsVisible) && !text.StartsWith('@'))
            return CurlLine.Of(signer, $"--data-binary {Quote(text)} {rest}");
        return $"printf %s {Convert.ToBase64String(body.Span)} | base64 -d | {CurlLine.Of(signer, $"--data-binary @- {rest}")}";
    }

    private static bool IsVisible(char c) => c == '\n' || char.GetUnicodeCategory(c) is not (
        System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.Surrogate or System.Globalization.UnicodeCategory.PrivateUse
        or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
