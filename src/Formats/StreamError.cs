using System.Text.Json;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Json;

namespace StreamingLambda.Formats;

/// <summary>What the reader of a stream is told when it breaks off: <c>{"error":{"type":"...","message":"..."}}</c>, as an <c>error</c> event or as
/// the last JSON line.</summary>
/// <remarks>An exception's own message is for the log: it may name files, tables or addresses. A reader is told by default only that the stream
/// <c>failed</c>, or was <c>interrupted</c> because the function ran out of time or its environment was ended. <c>DescribeError</c> of the format's
/// options says more.</remarks>
/// <param name="Type">What kind of error it is, for a program to tell it by.</param>
/// <param name="Message">What happened, for a person.</param>
/// <example>
/// <code>
/// var options = new JsonLinesOptions { DescribeError = e => e is TimeoutException ? new StreamError("busy", "Try again later.") : null };
/// </code>
/// </example>
public sealed record StreamError(string Type, string Message)
{
    private static readonly StreamError Failed = new("failed", "The function failed before the response was complete.");
    private static readonly StreamError Interrupted = new("interrupted", "The function was stopped before the response was complete.");

    /// <summary>What the reader is told of an exception. A description that fails itself does not hide it.</summary>
    internal static StreamError From(Exception exception, Func<Exception, StreamError?>? describe, CancellationToken cancellationToken)
    {
        StreamError? described = null;
        try
        {
            described = describe?.Invoke(exception);
        }
        catch (Exception)
        {
            // The exception that broke the stream is the one to report.
        }
        return described ?? (exception is OperationCanceledException && cancellationToken.IsCancellationRequested ? Interrupted : Failed);
    }

    /// <summary>Sends the error as the last words of a response, as far as it still takes any.</summary>
    internal ValueTask WriteAsync(ResponseStreamWriter response, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        WriteIfPossibleAsync(response, (byte[])[.. before, .. ToJson(), .. after]);

    private static async ValueTask WriteIfPossibleAsync(ResponseStreamWriter response, ReadOnlyMemory<byte> lastWords)
    {
        try
        {
            // The handler's own token may be what has fired.
            await response.WriteAsync(lastWords, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or RuntimeApiException)
        {
            // The response itself has failed: there is no reader left to tell. Why it failed is on its way to the log.
        }
    }

    private ReadOnlySpan<byte> ToJson()
    {
        using var buffer = new JsonBuffer(256);
        Utf8JsonWriter json = buffer.Writer;
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, Type);
        json.WriteString("message"u8, Message);
        json.WriteEndObject();
        json.WriteEndObject();
        return buffer.End().Span;
    }
}
