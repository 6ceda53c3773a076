using System.Buffers;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>
/// A REST API's caller who takes the response as it comes. Whatever content type the function names, status and headers stand before the body: a REST
/// API begins to send when it has them.
/// </summary>
internal sealed class RestStreamedResponse(HttpContext context, ResponseClock clock, Limits limits) : IResponseReceiver, IDisposable
{
    /// <summary>Metadata and delimiter: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html</summary>
    private const int MaxPrelude = 16 * 1024;

    private readonly HttpResponse _response = context.Response;
    private readonly SemaphoreSlim _turn = new(1);
    private PreludeParser? _prelude = new(MaxPrelude);
    private bool _isClosed;

    public InvokeMode Mode => InvokeMode.ResponseStream;

    public long? Burst => limits.ApiBurst;

    /// <summary>What is wrong with what the function announced, else null. The caller then gets a 502.</summary>
    public string? Malformed { get; private set; }

    /// <summary>Whether the response ended before its metadata did.</summary>
    public bool IsPreludeMissing => _prelude is not null && Malformed is null;

    public void Start(string? contentType)
    {
        // It is on the payload's first bytes, not on the content type, that a REST API depends.
    }

    public async ValueTask WriteAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        clock.Touch();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_isClosed || Malformed is not null || (_prelude is not null && !TryReadPrelude(ref data)))
                return;
            if (!_response.HasStarted)
                await _response.StartAsync(cancellationToken);
            if (HttpResponseHead.CanHaveBody(_response.StatusCode))
            {
                foreach (ReadOnlyMemory<byte> segment in data)
                    _response.BodyWriter.Write(segment.Span);
            }
            _isClosed |= (await _response.BodyWriter.FlushAsync(cancellationToken)).IsCompleted || context.RequestAborted.IsCancellationRequested;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes nothing more: what the function writes from here on is dropped.</summary>
    /// <returns>Whether the response had begun.</returns>
    public async Task<bool> CloseAsync()
    {
        // A write that is under way waits for a caller who does not read: nothing else ends it.
        if (!await _turn.WaitAsync(TimeSpan.Zero))
        {
            context.Abort();
            await _turn.WaitAsync();
        }
        _isClosed = true;
        _turn.Release();
        return _response.HasStarted;
    }

    public void Dispose() => _turn.Dispose();

    private bool TryReadPrelude(ref ReadOnlySequence<byte> data)
    {
        try
        {
            if (_prelude!.Read(ref data) is not { } prelude)
                return false;
            RestResponseHead.Apply(_response, prelude);
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
