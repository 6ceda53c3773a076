namespace StreamingLambda.Soak;

/// <summary>What to run.</summary>
internal sealed record SoakOptions(
    int Seed, int Invocations, int Concurrency, int Endings, IReadOnlySet<string> Without, IReadOnlyList<string> Function);
