using System.Buffers.Text;
using System.Text.Json;

namespace StreamingLambda.WorkloadFunction;

/// <summary>
/// What the body of a function URL event asks for: <c>{"workload":"tiny"}</c>, <c>{"workload":"small","count":100000,"size":10}</c>,
/// <c>{"workload":"paced","count":30000,"size":10,"perSecond":10000}</c> or <c>{"workload":"big","bytes":209715200,"chunk":65536}</c>, as text
/// or as base64.
/// </summary>
internal readonly record struct Workload(string Name, int Count, int Size, long Bytes, int Chunk)
{
    /// <summary>Of the workload "paced": chunks a second.</summary>
    public int PerSecond { get; init; }

    /// <summary>Reads token by token: a serializer would be in the binary and in the time of its first event.</summary>
    /// <exception cref="JsonException">Event or body is not JSON.</exception>
    /// <exception cref="ArgumentException">The event has no body.</exception>
    public static Workload Read(ReadOnlySpan<byte> lambdaEvent)
    {
        Utf8JsonReader json = new(lambdaEvent);
        byte[]? body = null;
        bool isBase64 = false;
        while (json.Read())
        {
            if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName) continue;
            if (json.ValueTextEquals("body"u8) && json.Read()) body = Unescape(ref json);
            else if (json.ValueTextEquals("isBase64Encoded"u8) && json.Read()) isBase64 = json.TokenType == JsonTokenType.True;
        }

        if (body is null) throw new ArgumentException("The event has no body. Send a function URL event whose body names a workload.");
        int length = body.Length;
        if (isBase64) _ = Base64.DecodeFromUtf8InPlace(body, out length);
        return ReadBody(body.AsSpan(0, length));
    }

    private static byte[]? Unescape(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String) return null;
        byte[] text = new byte[json.ValueSpan.Length];
        // Not text[..n]: the range of an array is made by reflection, which is 100 KB of a native binary.
        return text.AsSpan(0, json.CopyString(text)).ToArray();
    }

    private static Workload ReadBody(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader json = new(body);
        Workload workload = new(Name: "", 0, 0, 0, 0);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName) continue;
            if (json.ValueTextEquals("workload"u8) && json.Read()) workload = workload with { Name = json.GetString() ?? "" };
            else if (json.ValueTextEquals("count"u8) && json.Read()) workload = workload with { Count = json.GetInt32() };
            else if (json.ValueTextEquals("size"u8) && json.Read()) workload = workload with { Size = json.GetInt32() };
            else if (json.ValueTextEquals("perSecond"u8) && json.Read()) workload = workload with { PerSecond = json.GetInt32() };
            else if (json.ValueTextEquals("bytes"u8) && json.Read()) workload = workload with { Bytes = json.GetInt64() };
            else if (json.ValueTextEquals("chunk"u8) && json.Read()) workload = workload with { Chunk = json.GetInt32() };
        }

        return workload;
    }
}
