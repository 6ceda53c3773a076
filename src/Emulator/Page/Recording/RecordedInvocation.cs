using System.Buffers;
using System.Runtime.InteropServices;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Page.Exports;

namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>What is kept of one invocation. Written by the tasks that run it, read by anybody at any time.</summary>
internal sealed class RecordedInvocation : IInvocationObserver
{
    /// <summary>Of a line beside its text.</summary>
    private const int LineOverhead = 64;

    /// <summary>Of a refusal's reason, in characters: it may quote megabytes of what the function sent, and everybody who lists invocations gets
    /// it.</summary>
    private const int MaxReason = 1000;

    private readonly Recorder _recorder;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly long _begun;
    private volatile RecordedContents _contents;
    private string? _title;
    private int _version;
    private volatile bool _hasEnded;
    private volatile bool _isDropped;

    public RecordedInvocation(Recorder recorder, InvokeRequest request, FunctionSettings function, TimeProvider time)
    {
        _recorder = recorder;
        _time = time;
        _begun = time.GetTimestamp();
        Begun = time.GetUtcNow();
        Function = function;
        Request = request with { Event = default, Caller = null, CallerClosed = default };
        Door = request.Caller?.Door ?? "";
        IsStreamedByApi = request.Caller?.IsStreamingApi == true;
        _contents = NewContents();
    }

    /// <summary>The function as it is configured.</summary>
    public FunctionSettings Function { get; }

    /// <summary>What the caller asked, without the event.</summary>
    public InvokeRequest Request { get; }

    /// <summary>The event; null: it is not kept.</summary>
    public ReadOnlyMemory<byte>? Event
    {
        get
        {
            lock (_lock)
            {
                return _contents.Event;
            }
        }
    }

    /// <summary>The way it came.</summary>
    public string Door { get; }

    /// <summary>Whether a REST API streams the response: status and headers stand before it whatever its content type is.</summary>
    public bool IsStreamedByApi { get; }

    /// <summary>Method and path of an HTTP request, else that it is an event.</summary>
    public string Title => _title ??= HttpEvent.Read(Event ?? default) is { } http ? $"{http.Method} {http.Target}" : "event";

    /// <summary>When it came.</summary>
    public DateTimeOffset Begun { get; }

    /// <summary>Changes with each change of the rest.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Whether everything about it is said.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>For the recorder, under its lock: where it is in the list of those that are kept.</summary>
    public LinkedListNode<RecordedInvocation>? Place { get; set; }

    /// <summary>For the recorder, under its lock: what it takes, in bytes.</summary>
    public long ReservedBytes { get; set; }

    /// <summary>Whether it has made room for others: what it had is gone, and what comes now is not kept.</summary>
    public bool IsDropped => _isDropped;

    /// <summary>
    /// For the recorder, under its lock: lets go of what takes room. It takes no lock, as whoever asks the recorder for room holds one of these.
    /// </summary>
    public void Drop()
    {
        _isDropped = true;
        _contents = NewContents();
    }

    /// <summary>For the recorder: takes its event into the books, and listens for the answer's head.</summary>
    public void Open(InvokeRequest request)
    {
        // A buffer may be longer than what is used of it.
        int room = MemoryMarshal.TryGetArray(request.Event, out ArraySegment<byte> buffer) ? buffer.Array!.Length : request.Event.Length;
        lock (_lock)
        {
            RecordedContents contents = _contents;
            if (TryReserve(room))
                contents.Event = request.Event;
        }
        if (request.Caller?.Response is { } response)
        {
            response.OnStarting(() =>
            {
                OnHead(response);
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>A picture of it now, without chunks and lines.</summary>
    public RecordedState Read()
    {
        lock (_lock)
        {
            RecordedContents contents = _contents;
            return contents.State with
            {
                Version = _version,
                Chunks = contents.Chunks.Count,
                Notes = contents.Chunks.Notes,
                Lines = contents.Lines.Count,
                Bytes = contents.Chunks.Bytes,
                KeptBytes = contents.Content.Length,
                LastByte = Since(contents.Chunks.LastTimestamp),
                HasEnded = _hasEnded,
            };
        }
    }

    /// <summary>Notes about chunks, in their order.</summary>
    public RecordedChunk[] ReadChunks(int first, int count)
    {
        lock (_lock)
        {
            return _contents.Chunks.Read(first, count);
        }
    }

    /// <summary>Lines of the log, in their order.</summary>
    public RecordedLine[] ReadLines(int first, int count)
    {
        lock (_lock)
        {
            return [.. _contents.Lines.Skip(first).Take(count)];
        }
    }

    /// <summary>A copy of a part of the response; shorter where less is kept.</summary>
    public byte[] ReadContent(long offset, long length)
    {
        lock (_lock)
        {
            return _contents.Content.Read(offset, length);
        }
    }

    /// <summary>Milliseconds from its beginning to a timestamp; null for none.</summary>
    public double? Since(long timestamp) => timestamp == 0 ? null : _time.GetElapsedTime(_begun, timestamp).TotalMilliseconds;

    public void OnDelivered(DateTimeOffset deadline) => Change(state => state with { Delivered = Now(), Deadline = deadline });

    public void OnResponse(string? contentType) => Change(state => state with { IsResponding = true, ContentType = contentType });

    public void OnReceived(in ReadOnlySequence<byte> data, long timestamp)
    {
        if (_isDropped)
            return;
        lock (_lock)
        {
            RecordedContents contents = _contents;
            if (contents.Chunks.Count == 0)
                contents.State = contents.State with { FirstByte = Since(timestamp) };
            contents.Content.Append(data);
            contents.Chunks.Add(timestamp, data.Length);
            _version++;
        }
        _recorder.Changes.Set();
    }

    public void OnTrailers(IHeaderDictionary trailers)
    {
        KeyValuePair<string, string>[] copy =
            [.. trailers.Select(trailer => new KeyValuePair<string, string>(trailer.Key, trailer.Value.ToString()))];
        if (TryReserve(copy.Sum(trailer => (trailer.Key.Length + trailer.Value.Length) * (long)sizeof(char))))
            Change(state => state with { Trailers = copy });
    }

    public void OnLogLine(string line)
    {
        long bytes = LineOverhead + (line.Length * sizeof(char));
        if (_isDropped)
            return;
        lock (_lock)
        {
            RecordedContents contents = _contents;
            if (contents.LogBytes + bytes > _recorder.Limits.LogBytes || !TryReserve(bytes))
            {
                contents.State = contents.State with { LinesLost = contents.State.LinesLost + 1 };
            }
            else
            {
                contents.LogBytes += bytes;
                contents.Lines.Add(new RecordedLine(_time.GetTimestamp(), line));
            }
            _version++;
        }
        _recorder.Changes.Set();
    }

    public void OnOutcome(InvocationOutcome outcome)
    {
        InvocationOutcome kept = TryReserve(outcome.ErrorBody.Length) ? outcome : outcome with { ErrorBody = default };
        Change(state => state with { Outcome = kept, Answered = Now() });
    }

    public void OnRefused(string reason)
    {
        string kept = reason.Length > MaxReason ? $"{reason.AsSpan(0, MaxReason)}..." : reason;
        Change(state => state with { Refusal = kept });
    }

    public void OnReport(InvocationReport report) => Change(state => state with { Report = report });

    public void OnEnd()
    {
        _hasEnded = true;
        Change(state => state with { Ended = Now() });
    }

    private void OnHead(HttpResponse response)
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in response.Headers)
        {
            foreach (string? value in values)
                headers.Add(new(name, value ?? ""));
        }
        long bytes = headers.Sum(header => (header.Key.Length + header.Value.Length) * (long)sizeof(char));
        var head = new RecordedHead(response.StatusCode, TryReserve(bytes) ? headers : []);
        Change(state => state with { Head = head });
    }

    private void Change(Func<RecordedState, RecordedState> change)
    {
        if (_isDropped)
            return;
        lock (_lock)
        {
            RecordedContents contents = _contents;
            contents.State = change(contents.State);
            _version++;
        }
        _recorder.Changes.Set();
    }

    private RecordedContents NewContents()
    {
        long coarse = (long)(_recorder.Limits.Coarse.TotalSeconds * _time.TimestampFrequency);
        return new RecordedContents(
            new ResponseContent(_recorder.Limits.ResponseBytes, TryReserve), new ChunkList(_recorder.Limits, coarse, TryReserve));
    }

    private double Now() => Since(_time.GetTimestamp())!.Value;

    private bool TryReserve(long bytes) => _recorder.TryReserve(this, bytes);
}
