using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests;

/// <summary>The guard of the binaries' size: docs/maintainers/performance.md has the figures on record,
/// and .ci/run builds what they are of.</summary>
public sealed partial class SizeTests
{
    private const double Tolerance = 0.03;

    /// <summary>What the zip that is deployed by default may have at most.</summary>
    private const long MostBytesOfAZip = 1_750_000;

    public static TheoryData<string> Recorded => [.. Records().Keys];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void The_binary_is_as_large_as_the_record_says(string file)
    {
        bool anywhere = file.Contains("/cross/", StringComparison.Ordinal);
        Assert.SkipUnless(anywhere || RuntimeInformation.OSArchitecture == Architecture.X64, "The size on record is that of a build on x64.");
        (string binary, string zip) = Records()[file];

        Check(binary, new FileInfo(Requires.Artifact(file, ".ci/run")));
        Check(zip, new FileInfo(Requires.Artifact(file + ".zip", ".ci/run")));
    }

    [Theory]
    [InlineData("provided.al2-arm64")]
    [InlineData("provided.al2-x64")]
    [InlineData("provided.al2023-arm64")]
    [InlineData("provided.al2023-x64")]
    public void What_is_deployed_is_on_record_for_each_runtime_and_processor(string kind) =>
        Assert.InRange(Parse(Records()[$"artifacts/cross/{kind}/bootstrap"].Zip), 500_000, MostBytesOfAZip);

    private static Dictionary<string, (string Binary, string Zip)> Records() => Row().Matches(Repository.Read("docs/maintainers/performance.md"))
        .ToDictionary(row => row.Groups["file"].Value, row => (row.Groups["binary"].Value, row.Groups["zip"].Value));

    private static void Check(string record, FileInfo file)
    {
        double ratio = file.Length / (double)Parse(record);
        Assert.True(Math.Abs(ratio - 1) <= Tolerance, string.Create(CultureInfo.InvariantCulture, $"""
            {file.FullName} has {file.Length:N0} bytes, {ratio:P1} of the {record} on record.
            If that is worth it, or a gain, write the new size into docs/maintainers/performance.md in the same commit and say why there.
            """));
    }

    private static long Parse(string bytes) => long.Parse(bytes, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    /// <summary>A row such as <c>| `artifacts/local/bootstrap` | for whom | 3,780,680 | 1,672,597 |</c>.</summary>
    [GeneratedRegex(@"^\| `(?<file>artifacts/[^`]+/bootstrap)` \| [^|]+ \| (?<binary>[\d,]+) \| (?<zip>[\d,]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
