using System.Buffers.Text;

namespace StreamingLambda.Bench.Player;

/// <summary>What a function says about its paced chunks, as the last bytes of its response: two numbers of microseconds.</summary>
/// <param name="Writing">How long all of its writes took together: where nobody takes the bytes, they wait.</param>
/// <param name="Latest">How late it began to write the latest chunk.</param>
internal sealed record PacedReport(TimeSpan Writing, TimeSpan Latest)
{
    /// <summary>How long it is.</summary>
    public const int Bytes = 2 * NumberBytes;

    // Twelve digits, and a space or a line end.
    private const int NumberBytes = 13;

    /// <exception cref="BenchmarkException">There is something else.</exception>
    public static PacedReport Read(ReadOnlySpan<byte> report)
    {
        Span<TimeSpan> numbers = stackalloc TimeSpan[Bytes / NumberBytes];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!Utf8Parser.TryParse(report[(i * NumberBytes)..], out long microseconds, out int used) || used != NumberBytes - 1)
                throw new BenchmarkException("The response of the workload 'paced' does not end with the function's report about it.");
            numbers[i] = TimeSpan.FromMicroseconds(microseconds);
        }

        return new PacedReport(numbers[0], numbers[1]);
    }
}
