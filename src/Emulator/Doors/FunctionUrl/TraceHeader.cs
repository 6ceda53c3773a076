using System.Globalization;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>An X-Ray trace header: the caller's own, or a new one.</summary>
/// <param name="Root">What the event and the response carry: <c>Root=1-...</c>.</param>
/// <param name="ForFunction">What the function gets: with parent and sampling decision.</param>
internal sealed record TraceHeader(string Root, string ForFunction)
{
    /// <summary>The header's name.</summary>
    public const string Name = "X-Amzn-Trace-Id";

    /// <summary>Reads or makes the trace of a request.</summary>
    public static TraceHeader For(HttpRequest request, DateTimeOffset now)
    {
        string given = request.Headers[Name].ToString();
        if (given.Contains("Root=", StringComparison.Ordinal) && HeaderText.IsPlain(given))
            return new TraceHeader(given, given.Contains("Parent=", StringComparison.Ordinal) ? given : $"{given};{NewParent()}");

        return New(now);
    }

    /// <summary>Makes a new one.</summary>
    public static TraceHeader New(DateTimeOffset now)
    {
        string root = string.Create(CultureInfo.InvariantCulture, $"Root=1-{now.ToUnixTimeSeconds():x8}-{Guid.NewGuid().ToString("N")[..24]}");
        return new TraceHeader(root, $"{root};{NewParent()}");
    }

    private static string NewParent() => $"Parent={Guid.NewGuid().ToString("N")[..16]};Sampled=0";
}
