using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingLambda.Soak.Plan;

/// <summary>What the handler is to do with one invocation. It is the event, so that driver and function know the same.</summary>
internal sealed record Script
{
    /// <summary>The number of the invocation.</summary>
    public int Index { get; init; }

    public Behaviour Behaviour { get; init; }

    /// <summary>The status for <c>WriteStatusAndHeadersAsync</c>; 0 for a raw response.</summary>
    public int Status { get; init; }

    /// <summary>The size of each write.</summary>
    public IReadOnlyList<int> Writes { get; init; } = [];

    /// <summary>Where the body begins in the <see cref="Pattern"/>.</summary>
    public int Offset { get; init; }

    /// <summary>Which of the <see cref="HostileValues"/>.</summary>
    public int Hostile { get; init; }

    /// <summary>Whether the handler leaves a response after status and headers empty on purpose.</summary>
    public bool AllowEmptyBody { get; init; }

    /// <summary>Where the handler waits until the driver lets it go on.</summary>
    public IReadOnlyList<GatePoint> Gates { get; init; } = [];

    /// <summary>Makes the event large.</summary>
    public string? Padding { get; init; }

    [JsonIgnore]
    public string HostileMessage => HostileValues.Messages[Hostile % HostileValues.Messages.Count];

    /// <summary>The bytes of each write.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Body()
    {
        int offset = Offset;
        foreach (int size in Writes)
        {
            yield return Pattern.Slice(offset, size);
            offset += size;
        }
    }

    public byte[] ToEvent() => JsonSerializer.SerializeToUtf8Bytes(this, ScriptJson.Default.Script);

    /// <summary>The script that an event holds; one that echoes the event if it holds none.</summary>
    public static Script FromEvent(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ScriptJson.Default.Script)!;
        }
        catch (JsonException)
        {
            return new Script { Behaviour = Behaviour.Echo };
        }
    }
}

/// <summary>Where a handler waits.</summary>
internal enum GatePoint
{
    /// <summary>Before its first call.</summary>
    Before,

    /// <summary>After its first write.</summary>
    InBody,

    /// <summary>After its last write, with its thread.</summary>
    Blocked,

    /// <summary>After its last call, as background work.</summary>
    After,
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Script))]
internal sealed partial class ScriptJson : JsonSerializerContext;
