namespace StreamingLambda.Bench.Results;

/// <summary>The program that ratios are taken to: the one named <c>floor</c>, else the first.</summary>
internal static class Baseline
{
    public const string FloorName = "floor";

    public static TargetResult Of(IReadOnlyList<TargetResult> results) =>
        results.FirstOrDefault(result => result.Target.Name == FloorName) ?? results[0];
}
