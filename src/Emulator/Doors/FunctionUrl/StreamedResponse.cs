using System.Buffers;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>A function URL's caller who takes the response as it comes: prelude parsed, every piece forwarded when it arrives.</summary>
internal sealed class StreamedResponse(HttpResponse response, FunctionSettings settings, EmulatorConsole console) : IResponseReceiver
{
    private const string DefaultContentType = "application/octet-stream";

    private PreludeParser? _prelude;
    private bool _callerLeft;
    private bool _hasBody;

    public InvokeMode Mode => InvokeMode.ResponseStream;

    /// <summary>What is wrong with what the function announced, else null. The caller then gets a 502.</summary>
    public string? Malformed { get; private set; }

    /// <summary>
    /// Whether the response ended in the middle of its prelude. Not so when it has no byte at all: what a handler in Node.js leaves behind that
    /// ends its stream without a write. AWS's callers get a 200 then.
    /// </summary>
    public bool IsPreludeMissing => _prelude is { IsEmpty: false } && Malformed is null;

    public void Start(string? contentType)
    {
        if (contentType is not null && contentType.StartsWith(Prelude.ContentType, StringComparison.OrdinalIgnoreCase))
            _prelude = new PreludeParser();
        else if (contentType is not null && !HeaderText.IsValue(contentType))
            Malformed = "its Content-Type has a control character, which HTTP does not allow";
        else
            response.ContentType = contentType ?? DefaultContentType;
    }

    public async ValueTask WriteAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        if (Malformed is not null || (_prelude is not null && !TryReadPrelude(ref data)))
            return;

        _hasBody |= !data.IsEmpty;
        if (_callerLeft)
            return;

        // Before the start Kestrel keeps what is written in a buffer of its own and copies it once more.
        if (!response.HasStarted)
            await response.StartAsync(cancellationToken);
        if (HttpResponseHead.CanHaveBody(response.StatusCode))
        {
            foreach (ReadOnlyMemory<byte> segment in data)
                response.BodyWriter.Write(segment.Span);
        }
        _callerLeft = (await response.BodyWriter.FlushAsync(cancellationToken)).IsCompleted
            || response.HttpContext.RequestAborted.IsCancellationRequested;
    }

    /// <summary>Ends a response that went well.</summary>
    public void Finish()
    {
        if (!_hasBody && HttpResponseHead.CanHaveBody(response.StatusCode))
        {
            console.WriteLine(
                settings.Name,
                "NOTE: the response has no body. Function URLs have been seen to hang on an empty streamed body until the function's timeout; "
                    + "write at least one byte, a newline for example.");
        }
    }

    private bool TryReadPrelude(ref ReadOnlySequence<byte> data)
    {
        try
        {
            if (_prelude!.Read(ref data) is not { } prelude)
                return false;

            HttpResponseHead.Apply(response, prelude, DefaultContentType);
            if (HttpResponseHead.NoteOn(prelude) is { } note)
                console.WriteLine(settings.Name, note);
            _prelude = null;
            return true;
        }
        catch (FormatException exception)
        {
            Malformed = exception.Message;
            return false;
        }
    }
}
