using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.Results;

/// <summary>What was measured of one program.</summary>
internal sealed class TargetResult(Target target)
{
    private readonly Dictionary<Metric, Samples> _samples = Metric.All.ToDictionary(metric => metric, _ => new Samples());

    public Target Target { get; } = target;

    public BinarySize? Size { get; } = BinarySize.Of(target);

    public Samples this[Metric metric] => _samples[metric];
}
