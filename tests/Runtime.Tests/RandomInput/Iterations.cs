using System.Globalization;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>How many random inputs a test tries. docs/maintainers/reliability.md has the commands for more.
/// A failure is reported with the seed that repeats it (<c>CsCheck_Seed</c>), and as the smallest input that fails.</summary>
internal static class Iterations
{
    /// <summary>As many as <c>RANDOM_ITERATIONS</c> says, else a number that takes a second or two.</summary>
    public static long Or(long few) =>
        long.TryParse(Environment.GetEnvironmentVariable("RANDOM_ITERATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out long many)
            ? many
            : few;
}
