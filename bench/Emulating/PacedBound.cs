using System.Globalization;
using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Emulating;

/// <summary>What the page may cost a function that sends chunks at a steady pace: how much longer its response may take than without a
/// page.</summary>
internal static class PacedBound
{
    /// <summary>By how much a machine may miss the pace even without a page.</summary>
    private const double Tolerance = 1.05;

    /// <summary>How many times as long as without a page it may take.</summary>
    public static double Of(PageUse page) => page switch { PageUse.Off => 1, PageUse.Closed => 1.05, _ => 1.15 };

    /// <summary>A sentence about each emulator that was measured with a page and without.</summary>
    public static IEnumerable<string> Check(EmulatorOptions options, IReadOnlyList<EmulatorFigures> figures)
    {
        (EmulatorVariant Variant, Samples Paced)[] measured =
            [.. options.Variants.Zip(figures, (variant, one) => (variant, one.Paced)).Where(one => one.Paced.Count > 0)];
        foreach ((EmulatorVariant variant, Samples with) in measured.Where(one => one.Variant.Page != PageUse.Off))
        {
            if (Array.Find(measured, other => other.Variant == variant with { Name = other.Variant.Name, Page = PageUse.Off }).Paced is { } without)
                yield return $"Paced chunks, {variant.Name}: {Judge(with, without, Of(variant.Page), options.PacedPeriod.TotalSeconds)}";
        }
    }

    private static string Judge(Samples with, Samples without, double bound, double pace)
    {
        if (without.Median > Tolerance * pace)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"not known. Without a page they took {without.Median:F3} s instead of {pace:F3} s: "
                    + $"this machine, as it is now, does not keep the pace.");
        }

        double ratio = with.RatioTo(without);
        string verdict = ratio <= bound ? "met" : "NOT MET";
        return string.Create(CultureInfo.InvariantCulture, $"{ratio:F3} times the time without a page, and {bound} is allowed: {verdict}.");
    }
}
