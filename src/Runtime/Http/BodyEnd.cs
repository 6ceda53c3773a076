namespace StreamingLambda.Runtime.Http;

/// <summary>How a streamed body ends.</summary>
/// <param name="Last">Its last bytes, if some are left.</param>
/// <param name="Trailers">Fields to send after it.</param>
internal sealed record BodyEnd(ReadOnlyMemory<byte> Last = default, IReadOnlyList<KeyValuePair<string, string>>? Trailers = null);
