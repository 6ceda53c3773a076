using System.Text.RegularExpressions;
using StreamingLambda.Bench.CommandLine;
using StreamingLambda.Bench.Emulating;
using StreamingLambda.Bench.Measuring;
using StreamingLambda.Bench.Player;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Bench.Tests;

/// <summary>Chunks at a steady pace through the emulator, with and without its page.</summary>
public sealed class PacedTests
{
    private const int Attempts = 15;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The fastest of several responses each: a busy machine makes single ones slower, never faster, and a page that holds the function up makes all
    /// of its own slower. On a machine that is not busy the first ones will do.
    /// </summary>
    [Fact]
    public void The_page_does_not_hold_up_ten_thousand_chunks_a_second()
    {
        EmulatorOptions options = Options(PageUse.Off, PageUse.Closed, PageUse.Open);
        List<EmulatorSession> sessions = [];
        try
        {
            foreach (EmulatorVariant variant in options.Variants)
            {
                sessions.Add(new EmulatorSession(options, variant));
                sessions[^1].Start();
            }

            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                foreach (EmulatorSession session in sessions) session.MeasurePaced();
                if (sessions.Zip(options.Variants).All(one => IsWithin(one.First, one.Second.Page))) break;
            }

            Assert.All(sessions.Zip(options.Variants), one => Assert.True(
                IsWithin(one.First, one.Second.Page),
                $"{one.Second.Name}: {one.First.Figures.Paced.Min:F3} s at best, without a page {sessions[0].Figures.Paced.Min:F3} s"));
            foreach (EmulatorSession session in sessions) session.Finish();
        }
        finally
        {
            foreach (EmulatorSession session in sessions) session.Dispose();
        }

        bool IsWithin(EmulatorSession session, PageUse page)
        {
            // Never less than the pace, or the chunks would not have been paced at all.
            Assert.InRange(session.Figures.Paced.Min, Period.TotalSeconds * 0.999, double.MaxValue);
            return session.Figures.Paced.Min <= PacedBound.Of(page) * sessions[0].Figures.Paced.Min;
        }
    }

    [Theory]
    [InlineData(1.01, 1.04, 1.1, "page closed: 1.030 times the time without a page, and 1.05 is allowed: met.", "page open: 1.089 *: met.")]
    [InlineData(1.0, 1.06, 1.2, "page closed: 1.060 *, and 1.05 is allowed: NOT MET.", "page open: 1.200 *, and 1.15 is allowed: NOT MET.")]
    [InlineData(1.1, 1.1, 1.1, "page closed: not known. *they took 1.100 s instead of 1.000 s*", "page open: not known. *")]
    public void Whether_the_bound_is_met_is_said(double off, double closed, double open, params string[] expected)
    {
        EmulatorOptions options = Options(PageUse.Off, PageUse.Closed, PageUse.Open);
        EmulatorFigures[] figures = [.. new[] { off, closed, open }.Select(Took)];

        string[] said = [.. PacedBound.Check(options, figures)];

        Assert.Equal(expected.Length, said.Length);
        foreach ((string pattern, string sentence) in expected.Zip(said))
            Assert.Matches($"^Paced chunks, {Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}$", sentence);
    }

    [Fact]
    public void Nothing_is_said_of_what_was_not_measured_without_a_page()
    {
        EmulatorFigures took = Took(1);

        Assert.Empty(PacedBound.Check(Options(PageUse.Closed, PageUse.Open), [took, took]));
        Assert.Empty(PacedBound.Check(Options(PageUse.Off, PageUse.Open), [new EmulatorFigures(), new EmulatorFigures()]));
        // The page of another build says nothing about this one's.
        EmulatorOptions two = Options(PageUse.Off, PageUse.Open);
        two = two with { Variants = [two.Variants[0], two.Variants[1] with { Executable = "other" }] };
        Assert.Empty(PacedBound.Check(two, [took, took]));
    }

    [Fact]
    public void A_report_is_two_numbers_and_nothing_else()
    {
        PacedReport report = PacedReport.Read("000000184000 000000004500\n"u8);

        Assert.Equal((TimeSpan.FromMilliseconds(184), TimeSpan.FromMilliseconds(4.5)), (report.Writing, report.Latest));
        Assert.Throws<BenchmarkException>(() => PacedReport.Read("xxxxxxxxxxxx 000000004500\n"u8));
    }

    private static EmulatorOptions Options(params PageUse[] pages)
    {
        EmulatorVariant[] variants =
            [.. pages.Select(page => new EmulatorVariant($"page {page.ToString().ToLowerInvariant()}", BuiltPrograms.Emulator, page))];
        EmulatorPhase paced = EmulatorPhase.All.Single(phase => phase.Name == "paced");
        Target function = TargetParser.Parse($"function=\"{BuiltPrograms.WorkloadFunction}\"");
        return new EmulatorOptions(variants, function, [paced], Rounds: 1, Callers: 1, Limits.Step) { PacedPeriod = Period };
    }

    private static EmulatorFigures Took(double seconds)
    {
        EmulatorFigures figures = new();
        figures.Paced.Add(seconds);
        return figures;
    }
}
