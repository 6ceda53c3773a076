using StreamingLambda.Bench.Results;

namespace StreamingLambda.Bench.Tests;

public sealed class SamplesTests
{
    [Fact]
    public void Percentiles_are_values_that_were_measured()
    {
        Samples samples = new();
        for (int value = 100; value >= 1; value--) samples.Add(value);

        Assert.Equal([1, 10, 50, 90, 99, 100], [samples.Min, samples.P10, samples.Median, samples.P90, samples.P99, samples.Max]);
    }

    [Fact]
    public void Values_added_after_a_figure_was_read_count()
    {
        Samples samples = new();
        samples.Add(5);
        double first = samples.Min;
        samples.Add(3);

        Assert.Equal((5, 3, 5), (first, samples.Min, samples.Max));
    }

    [Fact]
    public void A_ratio_is_taken_of_values_in_the_order_in_which_they_were_measured()
    {
        Samples samples = new(), other = new();
        foreach ((double value, double divisor) in ((double, double)[])[(9, 3), (2, 1), (40, 10)])
        {
            samples.Add(value);
            other.Add(divisor);
        }

        // Sorted by a figure that was read before, the pairs would be others.
        Assert.Equal((9, 3), (samples.Median, other.Median));
        Assert.Equal(3, samples.RatioTo(other));
    }

    [Fact]
    public void No_figure_is_made_up_from_nothing() => Assert.Throws<InvalidOperationException>(() => new Samples().Median);
}
