namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>A line that the function or the platform logged.</summary>
/// <param name="Timestamp">When, as a timestamp of the time provider.</param>
/// <param name="Text">The line.</param>
internal sealed record RecordedLine(long Timestamp, string Text);
