using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Runtime.Errors;

/// <summary>An error in the form that Lambda takes: <c>errorMessage</c>, <c>errorType</c> and <c>stackTrace</c>, inner exceptions included.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror</remarks>
internal sealed record ErrorReport(string ErrorType, string ErrorMessage, IReadOnlyList<string> StackTrace, string LambdaErrorType)
{
    private const int MaxMessageLength = 32 * 1024;
    private const int MaxCauseLength = 2 * 1024;
    private const int MaxTypeLength = 100;
    private const int MaxFrames = 100;
    private const int MaxCauseFrames = 40;
    private const int MaxInnerExceptions = 10;

    internal static readonly JsonWriterOptions JsonOptions = new() { Encoder = RelaxedJsonEncoder.Shared };

    /// <summary>Describes an exception. <see cref="LambdaErrorType"/> is the form that Lambda keeps in metrics and logs:
    /// <c>Function.</c> and letters; anything else would be recorded as unknown.</summary>
    public static ErrorReport From(Exception exception)
    {
        var frames = new List<string>();
        AddFrames(frames, exception, MaxFrames);
        int remaining = MaxInnerExceptions;
        AddInner(frames, exception, ref remaining);

        string type = TypeOf(exception);
        return new ErrorReport(type, Shorten(MessageOf(exception), MaxMessageLength), frames, LambdaTypeOf(type));
    }

    /// <summary>The JSON object, at most <paramref name="maxBytes"/> long: the last frames give way first, then the end of the message.</summary>
    public byte[] ToJson(int maxBytes = int.MaxValue)
    {
        int frames = StackTrace.Count;
        int messageLength = ErrorMessage.Length;
        while (true)
        {
            byte[] json = Encode(frames, messageLength);
            if (json.Length <= maxBytes || (frames == 0 && messageLength == 0))
                return json;
            if (frames > 0)
                frames /= 2;
            else
                messageLength /= 2;
        }
    }

    /// <summary>Writes the three members into an object that is open.</summary>
    public void WriteMembers(Utf8JsonWriter json) => WriteMembers(json, StackTrace.Count, ErrorMessage.Length);

    private void WriteMembers(Utf8JsonWriter json, int frames, int messageLength)
    {
        json.WriteString("errorType"u8, ErrorType);
        json.WriteString("errorMessage"u8, Shorten(ErrorMessage, messageLength));
        json.WriteStartArray("stackTrace"u8);
        for (int i = 0; i < frames; i++)
            json.WriteStringValue(StackTrace[i]);
        json.WriteEndArray();
    }

    private byte[] Encode(int frames, int messageLength)
    {
        using var buffer = new JsonBuffer(1024, JsonOptions);
        buffer.Writer.WriteStartObject();
        WriteMembers(buffer.Writer, frames, messageLength);
        buffer.Writer.WriteEndObject();
        return buffer.End().ToArray();
    }

    /// <summary>Adds the frames of one exception, not so many that those of the next would have no room.</summary>
    private static void AddFrames(List<string> frames, Exception exception, int most)
    {
        string[] lines = Read(exception, static e => e.StackTrace)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < Math.Min(lines.Length, most); i++)
            frames.Add(lines[i]);
        if (lines.Length > most)
            frames.Add("... and more frames");
    }

    private static void AddInner(List<string> frames, Exception exception, ref int remaining)
    {
        IReadOnlyList<Exception> inner = exception is AggregateException aggregate ? aggregate.InnerExceptions
            : exception.InnerException is { } single ? [single] : [];
        foreach (Exception cause in inner)
        {
            if (remaining-- <= 0)
            {
                frames.Add("... and more causes");
                return;
            }
            frames.Add($"Caused by {TypeOf(cause)}: {Shorten(MessageOf(cause), MaxCauseLength)}");
            AddFrames(frames, cause, MaxCauseFrames);
            AddInner(frames, cause, ref remaining);
        }
    }

    private static string TypeOf(Exception exception) => Shorten(
        exception switch
        {
            IErrorType named => named.ErrorType,
            _ => exception.GetType().Name,
        },
        MaxTypeLength);

    private static string MessageOf(Exception exception) => Read(exception, static e => e.Message);

    /// <summary>A property of somebody else's exception class, which may be null or throw. Reporting an error must not fail because of it.</summary>
    private static string Read(Exception exception, Func<Exception, string?> property)
    {
        try
        {
            return property(exception) ?? "";
        }
        catch (Exception e)
        {
            return $"(cannot be read: {e.GetType().Name})";
        }
    }

    /// <summary>Lambda keeps <c>(Runtime|Function)\.[A-Z][a-zA-Z]+</c> and files the rest under "Unknown".</summary>
    private static string LambdaTypeOf(string type)
    {
        (string category, string reason) = type.StartsWith("Runtime.", StringComparison.Ordinal) ? ("Runtime", type[8..])
            : type.StartsWith("Function.", StringComparison.Ordinal) ? ("Function", type[9..])
            : ("Function", type);
        var letters = new StringBuilder();
        foreach (char c in reason)
        {
            if (char.IsAsciiLetter(c) && letters.Length < MaxTypeLength)
                letters.Append(letters.Length == 0 ? char.ToUpperInvariant(c) : c);
        }
        return letters.Length < 2 ? $"{category}.Unknown" : $"{category}.{letters}";
    }

    private static string Shorten(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), "… (shortened)");
}
