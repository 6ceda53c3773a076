namespace StreamingLambda.Emulator.Page.Recording;

/// <summary>Status and headers as the caller got them.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Name and value in their order; a name may come more than once.</param>
internal sealed record RecordedHead(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers);
