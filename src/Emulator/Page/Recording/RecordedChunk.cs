namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>A piece of a response as it arrived: what the runtime wrote in one go, or several writes that came together.</summary>
/// <param name="Timestamp">When, as a timestamp of the time provider.</param>
/// <param name="Offset">Where in the response it begins.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Count">How many pieces are noted as this one.</param>
internal readonly record struct RecordedChunk(long Timestamp, long Offset, long Length, int Count);
