using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>The guard of the binaries' size: docs/performance.md has the figures on record.</summary>
public sealed class SizeTests
{
    private const double Tolerance = 0.03;

    [Theory]
    [InlineData("local")]
    [InlineData("bench")]
    public void The_binary_is_as_large_as_the_record_says(string kind)
    {
        Assert.SkipUnless(RuntimeInformation.OSArchitecture == Architecture.X64, "The sizes on record are those for x64.");
        string binary = kind == "local" ? Programs.Bootstrap(Build.Native) : Programs.WorkloadFunction();
        Match record = Regex.Match(
            Repository.Read("docs/performance.md"), $@"^\| `artifacts/{kind}/bootstrap` \| (?<binary>[\d,]+) \| (?<zip>[\d,]+) \|", RegexOptions.Multiline);
        Assert.True(record.Success, $"docs/performance.md has no row with the size of artifacts/{kind}/bootstrap.");

        Check(record.Groups["binary"].Value, new FileInfo(binary));
        Check(record.Groups["zip"].Value, new FileInfo(binary + ".zip"));
    }

    private static void Check(string record, FileInfo file)
    {
        double recorded = double.Parse(record, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        double ratio = file.Length / recorded;
        Assert.True(Math.Abs(ratio - 1) <= Tolerance, string.Create(CultureInfo.InvariantCulture, $"""
            {file.FullName} has {file.Length:N0} bytes, {ratio:P1} of the {record} on record.
            If that is worth it, or a gain, write the new size into docs/performance.md in the same commit and say why there.
            """));
    }
}
