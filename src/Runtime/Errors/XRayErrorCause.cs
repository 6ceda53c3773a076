using System.Globalization;
using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Runtime.Errors;

/// <summary>The same error in the form of an X-Ray exception segment, sent as a header beside the error.</summary>
/// <remarks>https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-errors</remarks>
internal static class XRayErrorCause
{
    /// <summary>Lambda crops the header at 64 KiB, and HTTP servers bound all headers together; a cause this long says enough.</summary>
    private const int MaxBytes = 8 * 1024;

    /// <summary>The start of the message; beyond ASCII a character takes six.</summary>
    private const int MaxMessageLength = 1024;

    /// <summary>The header's value: ASCII JSON on one line, at most <see cref="MaxBytes"/> long.</summary>
    public static string Format(ErrorReport report, string workingDirectory)
    {
        for (int frames = report.StackTrace.Count; ; frames /= 2)
        {
            string cause = Encode(report, workingDirectory, frames);
            if (cause.Length <= MaxBytes || frames == 0)
                return cause;
        }
    }

    private static string Encode(ErrorReport report, string workingDirectory, int frames)
    {
        // The default encoder escapes everything beyond ASCII, which is what a header needs.
        using var buffer = new JsonBuffer(1024);
        Utf8JsonWriter json = buffer.Writer;
        json.WriteStartObject();
        json.WriteString("working_directory"u8, workingDirectory);
        json.WriteStartArray("exceptions"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, report.ErrorType);
        json.WriteString("message"u8, report.ErrorMessage.AsSpan(0, Math.Min(report.ErrorMessage.Length, MaxMessageLength)));
        json.WriteStartArray("stack"u8);
        for (int i = 0; i < frames; i++)
            WriteFrame(json, report.StackTrace[i]);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("paths"u8);
        json.WriteEndArray();
        json.WriteEndObject();
        return Encoding.ASCII.GetString(buffer.End().Span);
    }

    /// <summary>A frame reads <c>at Some.Method(Arguments) in /path/File.cs:line 12</c>; path and line are missing in a native binary.</summary>
    private static void WriteFrame(Utf8JsonWriter json, string frame)
    {
        string label = frame.StartsWith("at ", StringComparison.Ordinal) ? frame[3..] : frame;
        int place = label.LastIndexOf(" in ", StringComparison.Ordinal);
        int line = label.LastIndexOf(":line ", StringComparison.Ordinal);
        json.WriteStartObject();
        if (place > 0 && line > place && int.TryParse(label.AsSpan(line + 6), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            json.WriteString("path"u8, label.AsSpan(place + 4, line - place - 4));
            json.WriteNumber("line"u8, number);
            label = label[..place];
        }
        json.WriteString("label"u8, label);
        json.WriteEndObject();
    }
}
