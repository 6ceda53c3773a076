using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamingLambda.Emulator.Http;

/// <summary>How the emulator writes JSON: quotes and letters of any language stay readable, as in AWS's own answers.</summary>
internal static class JsonStyle
{
    /// <summary>For every writer.</summary>
    public static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
