using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Testing;

/// <summary>Takes down the response of one invocation as it arrives at the Runtime API, and hands its chunks on to a reader meanwhile.</summary>
internal sealed class ResponseRecorder(TimeProvider time)
{
    private const string ContentTypeName = "Content-Type";
    private static readonly byte[] PreludeEnd = new byte[8];

    private readonly Channel<ResponseChunk> _unread = Channel.CreateUnbounded<ResponseChunk>();
    private readonly List<ResponseChunk> _chunks = [];
    private readonly ArrayBufferWriter<byte> _prelude = new();
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _cookies = [];
    private long _begun;
    private int? _statusCode;
    private bool _inPrelude;
    private ReportedError? _error;

    /// <summary>The handler gets its event now.</summary>
    public void Begin() => _begun = time.GetTimestamp();

    public void BeginResponse(string contentType)
    {
        _inPrelude = contentType == Prelude.ContentType;
        if (_inPrelude)
            return;
        _statusCode = 200;
        _headers[ContentTypeName] = contentType;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_inPrelude)
            bytes = TakePrelude(bytes);
        if (bytes.IsEmpty)
            return;
        var chunk = new ResponseChunk(bytes.ToArray(), time.GetElapsedTime(_begun));
        _chunks.Add(chunk);
        _unread.Writer.TryWrite(chunk);
    }

    public void Fail(ReportedError error)
    {
        _error = error;
        _statusCode ??= 502;
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => _unread.Writer.TryComplete();

    /// <summary>The next chunk, null at the end.</summary>
    public async Task<ResponseChunk?> ReadAsync() =>
        await _unread.Reader.WaitToReadAsync().ConfigureAwait(false) && _unread.Reader.TryRead(out ResponseChunk? chunk) ? chunk : null;

    public TestResponse CreateResponse(byte[] log) => new()
    {
        StatusCode = _statusCode
            ?? throw new InvalidOperationException($"The handler was not called: {nameof(TestHost)}.{nameof(TestHost.Stopping)} had fired before."),
        Headers = _headers,
        Cookies = _cookies,
        Body = _chunks.SelectMany(chunk => chunk.Bytes.ToArray()).ToArray(),
        Chunks = _chunks,
        Error = _error,
        Log = Encoding.UTF8.GetString(log),
    };

    /// <summary>Takes the bytes up to the eight NULs, wherever the writes split them.</summary>
    /// <returns>What follows: the beginning of the body.</returns>
    private ReadOnlySpan<byte> TakePrelude(ReadOnlySpan<byte> bytes)
    {
        int before = _prelude.WrittenCount;
        _prelude.Write(bytes);
        int end = _prelude.WrittenSpan.IndexOf(PreludeEnd);
        if (end < 0)
            return [];
        _inPrelude = false;
        ReadPrelude(_prelude.WrittenMemory[..end]);
        return bytes[(end + PreludeEnd.Length - before)..];
    }

    private void ReadPrelude(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        _statusCode = document.RootElement.GetProperty("statusCode").GetInt32();
        if (document.RootElement.TryGetProperty("headers", out JsonElement headers))
        {
            foreach (JsonProperty header in headers.EnumerateObject())
                _headers[header.Name] = header.Value.GetString()!;
        }
        if (document.RootElement.TryGetProperty("cookies", out JsonElement cookies))
            _cookies.AddRange(cookies.EnumerateArray().Select(cookie => cookie.GetString()!));
    }
}
