namespace StreamingLambda.Bench.Results;

/// <summary>The values of one metric for one program, over all rounds.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];
    private double[]? _sorted;

    public int Count => _values.Count;

    public double Min => Percentile(0);

    public double P10 => Percentile(10);

    public double Median => Percentile(50);

    public double P90 => Percentile(90);

    public double P99 => Percentile(99);

    public double Max => Percentile(100);

    public void Add(double value)
    {
        _values.Add(value);
        _sorted = null;
    }

    /// <summary>The smallest value that at least so many percent of all do not exceed: always one that was measured.</summary>
    public double Percentile(int percent)
    {
        if (_values.Count == 0) throw new InvalidOperationException("Nothing was measured.");
        _sorted ??= [.. _values.Order()];
        int rank = (int)Math.Ceiling(percent / 100.0 * _values.Count);
        return _sorted[Math.Max(rank, 1) - 1];
    }

    /// <summary>
    /// The median of the ratios of values that were measured one after the other: what disturbs the machine for longer than a round disturbs both.
    /// </summary>
    public double RatioTo(Samples other)
    {
        Samples ratios = new();
        foreach ((double value, double divisor) in _values.Zip(other._values)) ratios.Add(value / divisor);
        return ratios.Median;
    }
}
