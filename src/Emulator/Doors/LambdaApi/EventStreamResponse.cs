using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>A caller of InvokeWithResponseStream: a message for every piece that arrives, and one for the end.</summary>
internal sealed class EventStreamResponse(HttpResponse response) : IResponseReceiver
{
    private bool _callerLeft;

    public InvokeMode Mode => InvokeMode.ResponseStream;

    public void Start(string? contentType)
    {
        // The function's own content type is part of the model; on the wire the content type is that of the event stream.
    }

    public async ValueTask WriteAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        if (_callerLeft)
            return;

        await StartHttpAsync();
        foreach (ReadOnlyMemory<byte> segment in data)
            EventStreamMessage.WriteChunk(response.BodyWriter, segment.Span);
        _callerLeft = (await response.BodyWriter.FlushAsync(cancellationToken)).IsCompleted
            || response.HttpContext.RequestAborted.IsCancellationRequested;
    }

    /// <summary>Writes the last message.</summary>
    public async Task CompleteAsync(InvocationOutcome outcome, string? logTail)
    {
        await StartHttpAsync();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonStyle.Readable))
        {
            json.WriteStartObject();
            if (outcome.IsError)
            {
                json.WriteString("ErrorCode", ErrorTypes.Normalize(outcome.ErrorType!));
                json.WriteString("ErrorDetails", outcome.ErrorText);
            }
            if (logTail is not null)
                json.WriteString("LogResult", Convert.ToBase64String(Encoding.UTF8.GetBytes(logTail)));
            json.WriteEndObject();
        }
        EventStreamMessage.WriteComplete(response.BodyWriter, buffer.ToArray());
        await response.BodyWriter.FlushAsync();
    }

    private async ValueTask StartHttpAsync()
    {
        if (!response.HasStarted)
            await response.StartAsync();
    }
}
