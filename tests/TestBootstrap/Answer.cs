namespace StreamingLambda.TestBootstrap;

/// <summary>What the Runtime API answered.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);
