using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace StreamingLambda.Runtime.Tracing;

/// <summary>X-Ray's tracing header in the terms of W3C's Trace Context, which .NET has.</summary>
/// <remarks>https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader</remarks>
internal static class XRayTrace
{
    /// <summary>Reads <c>Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1</c>, other members among them.</summary>
    /// <returns>The span that the invocation belongs to; the default where there is no such header, or it has another form.</returns>
    public static ActivityContext Read(string? header)
    {
        string? trace = null;
        string? span = null;
        ActivityTraceFlags flags = ActivityTraceFlags.None;
        foreach (string member in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            switch (member.Split('=', 2))
            {
                case ["Root", ['1', '-', .. { Length: 33 } root]] when root[8] == '-':
                    trace = root.Remove(8, 1);
                    break;
                case ["Parent", { Length: 16 } parent]:
                    span = parent;
                    break;
                case ["Sampled", "1"]:
                    flags = ActivityTraceFlags.Recorded;
                    break;
            }
        }
        if (!IsId(trace))
            return default;
        // A trace without a span in it yet: the invocation is its first.
        ActivitySpanId parentSpan = IsId(span) ? ActivitySpanId.CreateFromString(span) : ActivitySpanId.CreateRandom();
        return new ActivityContext(ActivityTraceId.CreateFromString(trace), parentSpan, flags, traceState: null, isRemote: true);
    }

    /// <summary>Lower-case hexadecimal digits, and not all of them zero.</summary>
    private static bool IsId([NotNullWhen(true)] string? id)
    {
        foreach (char digit in id ?? "")
        {
            if (!char.IsAsciiHexDigitLower(digit))
                return false;
        }
        return id is not null && id.AsSpan().ContainsAnyExcept('0');
    }
}
