using System.Buffers;
using System.IO.Pipelines;
using System.Text;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Runtime;

/// <summary>Takes the response of one invocation: status and headers once and first, then the body in as many writes as it takes, then
/// finish, exactly once.</summary>
/// <remarks>
/// <para>Each write is on its way when its task completes; nothing waits for more to come. Await each call before the next one.</para>
/// <para>Without <see cref="WriteStatusAndHeadersAsync"/>, or with <see cref="IsRaw"/>, the response is raw: <see cref="ContentType"/> and the bytes
/// as they are, for which a function URL answers 200.</para>
/// <para>A response that is finished without one byte of body can hang a function URL on AWS until the function's timeout. After
/// <see cref="WriteStatusAndHeadersAsync"/> the runtime therefore sends a single newline instead, unless the status forbids a body or
/// <see cref="StatusAndHeaders.AllowEmptyBody"/> is set.</para>
/// <para>Calls that break the order throw <see cref="InvalidOperationException"/>. A call during which Lambda refuses the response, or the
/// connection to it is lost, throws <see cref="RuntimeApiException"/>, and the response has failed.</para>
/// </remarks>
/// <example>
/// <code>
/// await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain")), cancellationToken);
/// await response.WriteAsync("Hello ", cancellationToken);
/// await response.WriteAndFinishAsync("world\n", cancellationToken);
/// </code>
/// </example>
public sealed class ResponseStreamWriter
{
    private enum State
    {
        /// <summary>Nothing was sent. Exits: <see cref="Streaming"/> by the first write, <see cref="Finished"/> by finish, <see cref="Failed"/> when
        /// the handler ends without a response.</summary>
        NotStarted,

        /// <summary>The response is under way. Exits: <see cref="Finished"/> by finish; <see cref="Failed"/> when the connection is lost, Lambda
        /// refuses, a write is cancelled half way, or the handler ends without finishing.</summary>
        Streaming,

        /// <summary>The whole response was sent. Exit: <see cref="Failed"/>, if Lambda refuses it.</summary>
        Finished,

        /// <summary>No response, or a part of one, reached Lambda, and nothing more can. Final.</summary>
        Failed,
    }

    /// <summary>From this many characters a text is encoded into memory of its own size: what is rented for it is up to three times as large, and
    /// stays in the pool for good.</summary>
    private const int LongText = 16 * 1024;

    private static readonly byte[] Newline = [(byte)'\n'];

    private readonly RuntimeApiClient _client;
    private readonly Invocation _invocation;
    private readonly CancellationToken _ending;
    private string _contentType = "application/octet-stream";
    private bool _isContentTypeSet;
    private bool _isRaw;
    private State _state;

    /// <summary>The public call that runs now, null between calls.</summary>
    private string? _running;

    /// <summary>Whether the handler has ended: no further call begins.</summary>
    private volatile bool _handlerEnded;

    /// <summary>Set while the runtime waits for the running call to end.</summary>
    private TaskCompletionSource? _callEnded;

    /// <summary>What was written through <see cref="AsPipeWriter"/> and waits; null before the first time.</summary>
    private ArrayBufferWriter<byte>? _unflushed;

    private ResponseExchange? _exchange;
    private Exception? _failure;
    private bool _owesBody;

    /// <param name="client">What the response goes through.</param>
    /// <param name="invocation">What it answers.</param>
    /// <param name="ending">Fires shortly before the invocation's deadline, and at a stop: it bounds what calls may wait.</param>
    internal ResponseStreamWriter(RuntimeApiClient client, Invocation invocation, CancellationToken ending)
    {
        _client = client;
        _invocation = invocation;
        _ending = ending;
    }

    /// <summary>The content type of a raw response, one without <see cref="WriteStatusAndHeadersAsync"/>, which refuses to follow it: there it is one
    /// of the headers. Default <c>application/octet-stream</c>; set it before the first write.</summary>
    /// <exception cref="InvalidOperationException">The response has already started.</exception>
    /// <exception cref="ArgumentException">The value holds a character that a header cannot carry.</exception>
    public string ContentType
    {
        get => _contentType;
        set
        {
            if (_state != State.NotStarted)
                throw Misuse("set the content type", "the response has already started", "Set ContentType before the first write.");
            Prelude.CheckHeaderValue("Content-Type", value);
            _contentType = value;
            _isContentTypeSet = true;
        }
    }

    /// <summary>Whether status, headers and cookies stay here, whoever writes them: for callers that invoke the function directly
    /// (<c>InvokeWithResponseStream</c>), who would find them as JSON at the head of the payload. Their <c>Content-Type</c> becomes <see
    /// cref="ContentType"/>. Default false; set it before the first write.</summary>
    /// <exception cref="InvalidOperationException">The response has already started.</exception>
    public bool IsRaw
    {
        get => _isRaw;
        set
        {
            if (_state != State.NotStarted)
                throw Misuse("make the response raw, or not", "the response has already started", "Set IsRaw before the first write.");
            _isRaw = value;
        }
    }

    /// <summary>Sends status, headers and cookies, and begins the response. At most once, and before the first write. A response that <see
    /// cref="IsRaw"/> begins without them; they are checked all the same.</summary>
    /// <exception cref="ArgumentException">Status, a header or a cookie cannot be sent; nothing was sent, another attempt may follow.</exception>
    /// <exception cref="InvalidOperationException">The response has already started, another call is in progress, or <see cref="ContentType"/> was
    /// set to something else than the headers say.</exception>
    /// <exception cref="RuntimeApiException">Lambda cannot be reached, or refuses the response.</exception>
    public async ValueTask WriteStatusAndHeadersAsync(StatusAndHeaders statusAndHeaders, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(statusAndHeaders);
        Enter(nameof(WriteStatusAndHeadersAsync), "write status and headers");
        try
        {
            if (_state != State.NotStarted)
            {
                throw Misuse("write status and headers", "the response has already started",
                    "Call WriteStatusAndHeadersAsync once, before the first write. "
                    + "A Send method calls it itself: give it status and headers as an argument.");
            }
            RequireOneContentType(statusAndHeaders);
            ReadOnlyMemory<byte> prelude = Prelude.Encode(statusAndHeaders);
            cancellationToken.ThrowIfCancellationRequested();
            _state = State.Streaming;
            if (_isRaw)
            {
                _contentType = statusAndHeaders.Headers.GetValueOrDefault("Content-Type", _contentType);
                await SendAsync(_contentType, default, cancellationToken).ConfigureAwait(false);
                return;
            }
            _owesBody = !statusAndHeaders.AllowEmptyBody && statusAndHeaders.StatusCode is not (204 or 205 or 304);
            await SendAsync(Prelude.ContentType, prelude, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Sends bytes of the body; the first write starts the response. No bytes start it too, and send nothing else. The memory may
    /// be reused when the task completes.</summary>
    /// <exception cref="InvalidOperationException">The response is finished or failed, or another call is in progress.</exception>
    /// <exception cref="OperationCanceledException">Cancelled. If the bytes were waiting for the caller to take earlier ones, the response is
    /// cut off and has failed.</exception>
    /// <exception cref="RuntimeApiException">Lambda refuses the response, or the connection to it is lost.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        Enter(nameof(WriteAsync), "write to the response");
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _state = State.Streaming;
            bytes = BehindUnflushed(bytes);
            _owesBody &= bytes.IsEmpty;
            await SendAsync(_contentType, bytes, cancellationToken).ConfigureAwait(false);
            _unflushed?.ResetWrittenCount();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Sends text of the body, in UTF-8. The same as <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/> otherwise.</summary>
    public async ValueTask WriteAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongText)
        {
            await WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
            return;
        }
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, bytes);
        await WriteAsync(bytes.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        // Not after a failure, when it is hard to say who still looks at it: what is not returned is collected.
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>Ends the response. Exactly once, after the last write; completes when Lambda has accepted the response. It cannot be
    /// cancelled: an invocation that is about to time out is better finished than cut off.</summary>
    /// <exception cref="InvalidOperationException">The response is already finished or failed, or another call is in progress.</exception>
    /// <exception cref="RuntimeApiException">Lambda refuses the response, or the connection to it is lost.</exception>
    public ValueTask FinishAsync() => EndAsync(nameof(FinishAsync), "finish the response", default, CancellationToken.None);

    /// <summary>Sends the last bytes of the body and ends the response, in one send where they are few. Like <see cref="FinishAsync"/> it cannot
    /// be cancelled once it has begun.</summary>
    public ValueTask WriteAndFinishAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        EndAsync(nameof(WriteAndFinishAsync), "write to the response", bytes, cancellationToken);

    /// <summary>Sends the last text of the body, in UTF-8, and ends the response.</summary>
    public ValueTask WriteAndFinishAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WriteAndFinishAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <summary>The body as a <see cref="Stream"/>, for everything in .NET that writes to one. Each write is
    /// <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>; flushing it waits until what was written is sent;
    /// disposing it does not finish the response.</summary>
    public Stream AsStream() => new WriteOnlyStream(WriteAsync, FlushAsync);

    /// <summary>The body as a <see cref="PipeWriter"/>, which is an <see cref="IBufferWriter{T}"/>: formatters such as <see
    /// cref="System.Text.Json.Utf8JsonWriter"/> write straight into the memory that is sent, or, below 16 KB, copied once into the send
    /// buffer.</summary>
    /// <remarks>What is written waits in memory until <see cref="PipeWriter.FlushAsync"/>, which sends it as one chunk: when its task completes, the
    /// bytes are on their way. Whatever else is written to the response goes behind what waits, and the end of the response takes it along.
    /// Completing the pipe writer does not finish the response. Status and headers may follow as long as nothing was flushed.</remarks>
    /// <example>
    /// <code>
    /// PipeWriter body = response.AsPipeWriter();
    /// await using var json = new Utf8JsonWriter(body);
    /// json.WriteStartObject();
    /// json.WriteString("state", "ready");
    /// json.WriteEndObject();
    /// await json.FlushAsync(cancellationToken);
    /// await body.FlushAsync(cancellationToken);
    /// </code>
    /// </example>
    public PipeWriter AsPipeWriter() => new ResponsePipeWriter(this);

    /// <summary>How many bytes wait to be flushed.</summary>
    internal int UnflushedBytes => _unflushed?.WrittenCount ?? 0;

    /// <summary>The memory that takes what is flushed later.</summary>
    /// <exception cref="InvalidOperationException">The response is finished or failed, or a call is in progress, which may be sending it.</exception>
    internal ArrayBufferWriter<byte> TakeBuffer()
    {
        Enter("writing to the pipe writer", "write to the response");
        Leave();
        return _unflushed ??= new ArrayBufferWriter<byte>(1024);
    }

    /// <summary>What Lambda answered when it refused the response, or how the connection to it was lost; null if neither happened.</summary>
    internal RuntimeApiException? Refusal => _failure as RuntimeApiException;

    /// <summary>Called when the handler has ended: waits for a call that it did not await, and says what has become of the invocation.</summary>
    /// <param name="handlerFailure">What the handler threw.</param>
    /// <returns>The failure of the invocation, null if there is none.</returns>
    internal async ValueTask<Exception?> SettleAsync(Exception? handlerFailure)
    {
        _handlerEnded = true;
        while (Interlocked.CompareExchange(ref _running, "the end of the invocation", null) is not null)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _callEnded, ended);
            if (Volatile.Read(ref _running) is not null)
                await ended.Task.ConfigureAwait(false);
        }
        Leave();
        return _state switch
        {
            State.NotStarted => handlerFailure ?? InvocationFailedException.ResponseNotWritten(),
            State.Streaming => handlerFailure ?? InvocationFailedException.ResponseNotFinished(),
            State.Failed => handlerFailure ?? _failure,
            _ => handlerFailure,
        };
    }

    /// <summary>Tells Lambda of a failure as far as the response still allows it: by <c>POST .../error</c> before the first byte, by trailers
    /// before the end, not at all after it. Follows <see cref="SettleAsync"/>.</summary>
    /// <exception cref="RuntimeApiException">Lambda refuses the report, or the connection to it is lost.</exception>
    internal async ValueTask ReportAsync(Exception failure)
    {
        State reached = _state;
        _state = reached == State.Finished ? State.Finished : State.Failed;
        _failure ??= failure;
        if (reached == State.NotStarted)
            await _client.PostErrorAsync(_invocation, ErrorReport.From(failure), _ending).ConfigureAwait(false);
        else if (reached == State.Streaming)
            await _exchange!.FinishAsync(new BodyEnd(_owesBody ? Newline : default, ErrorTrailers.From(failure))).ConfigureAwait(false);
    }

    /// <summary>Sends what waits to be flushed, and waits until what was written is sent. Writers of .NET flush whenever they are disposed of: before
    /// the first write and after the end, where there is nothing to send, and after a failure, which the call that failed has told of.</summary>
    internal ValueTask FlushAsync(CancellationToken cancellationToken) =>
        _state == State.Streaming || (_state == State.NotStarted && UnflushedBytes > 0)
            ? WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken)
            : ValueTask.CompletedTask;

    /// <summary>The bytes behind those that wait to be flushed, in one piece.</summary>
    private ReadOnlyMemory<byte> BehindUnflushed(ReadOnlyMemory<byte> bytes)
    {
        if (_unflushed is not { WrittenCount: > 0 })
            return bytes;
        _unflushed.Write(bytes.Span);
        return _unflushed.WrittenMemory;
    }

    private async ValueTask EndAsync(string call, string attempt, ReadOnlyMemory<byte> last, CancellationToken cancellationToken)
    {
        Enter(call, attempt);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _state = State.Finished;
            last = BehindUnflushed(last);
            if (_owesBody && last.IsEmpty)
                last = Newline;
            _exchange ??= await _client.StartResponseAsync(_invocation, _contentType, _ending).ConfigureAwait(false);
            await _exchange.FinishAsync(new BodyEnd(last)).ConfigureAwait(false);
        }
        catch (Exception e) when (_state == State.Finished)
        {
            Fail(e);
            throw;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>A content type that was asked for is sent, or refused; it does not get lost.</summary>
    private void RequireOneContentType(StatusAndHeaders statusAndHeaders)
    {
        if (!_isContentTypeSet)
            return;
        string? header = statusAndHeaders.Headers.GetValueOrDefault("Content-Type");
        if (header == _contentType || (header is null && _isRaw))
            return;
        throw Misuse(
            "write status and headers",
            $"ContentType was set to '{_contentType}', for a response without them, "
            + $"and {(header is null ? "they have none" : $"they say '{header}'")}",
            "Give the content type as one of the headers, and do not set ContentType.");
    }

    private async ValueTask SendAsync(string contentType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            _exchange ??= await _client.StartResponseAsync(_invocation, contentType, _ending).ConfigureAwait(false);
            await _exchange.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
    }

    private void Fail(Exception failure) => (_state, _failure) = (State.Failed, failure);

    /// <summary>The guard of every public call: one at a time, and none after the end.</summary>
    private void Enter(string call, string attempt)
    {
        string? running = Interlocked.CompareExchange(ref _running, call, null);
        if (running is null && !_handlerEnded && (_state is State.NotStarted or State.Streaming))
            return;
        if (running is null)
            Leave();
        throw _handlerEnded ? Misuse(attempt, "the handler has already ended", "Await each call before the handler returns.")
            : running is not null ? Misuse(attempt, $"{running} is still in progress", "Await each call before the next one.")
            : _state == State.Finished ? Misuse(attempt, "it is already finished",
                "FinishAsync, WriteAndFinishAsync and each Send method finish it: call one of them, once, after the last write.")
            : Misuse(attempt, $"it has failed ({_failure!.Message})", "Let the handler end; Lambda has been told, or cannot be.");
    }

    private void Leave()
    {
        // Both sides exchange their own field before they read the other's (SettleAsync), so one of them sees the other.
        Interlocked.Exchange(ref _running, null);
        Interlocked.Exchange(ref _callEnded, null)?.SetResult();
    }

    private InvalidOperationException Misuse(string attempt, string why, string whatToDo) =>
        new($"Cannot {attempt}: {why}. {whatToDo}", _failure);
}
