using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

return await LambdaRuntime.RunAsync(HandleAsync);

// A job that takes long, here to count prime numbers, says how far it is while it runs.
static async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
{
    FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request);
    if (!TryReadNumber(request?.GetQuery("from") ?? "0", out long from)
        || !TryReadNumber(request?.GetQuery("below") ?? "10000000", out long below)
        || from > below)
    {
        await response.SendProblemAsync(
            "'from' and 'below' are numbers up to 100000000000, and 'from' is not the larger one.", new(400), cancellationToken);
        return;
    }
    await response.SendJsonLinesAsync(RunAsync(from, below, invocation, cancellationToken), JobJson.Default.Line, cancellationToken);
}

static bool TryReadNumber(string text, out long number) =>
    long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= 100_000_000_000;

// Each line is on its way before the next step begins. The last one is the result, or the problem.
static async IAsyncEnumerable<Line> RunAsync(
    long from, long below, Invocation invocation, [EnumeratorCancellation] CancellationToken cancellationToken)
{
    yield return new Line { Percent = 0, Log = $"counting the primes from {from} to below {below}" };
    var job = new PrimeCount(from, below);
    int percent = 0;
    while (!job.IsDone)
    {
        // Seen before it comes: the work so far is worth a line, and where to go on. The token fires 250 milliseconds before the deadline, which is
        // for jobs whose steps take less than that, or take the token.
        if (invocation.RemainingTime < TimeSpan.FromSeconds(1))
        {
            invocation.Log.Warn($"Out of time at {job.Next}.");
            yield return new Line { Problem = new("out of time", $"Ask for the rest with from={job.Next}.", job.Next, job.Primes) };
            yield break;
        }
        cancellationToken.ThrowIfCancellationRequested();
        job.DoStep();
        if (job.Percent / 10 > percent / 10)
            yield return new Line { Percent = job.Percent, Log = $"{job.Primes} primes below {job.Next}" };
        else if (job.Percent > percent)
            yield return new Line { Percent = job.Percent };
        percent = job.Percent;
    }
    yield return new Line { Result = new(from, below, job.Primes) };
}

/// <summary>Counts primes in steps of some milliseconds, with the sieve of Eratosthenes. Knows nothing of who asks.</summary>
internal sealed class PrimeCount(long from, long below)
{
    private const int StepSize = 1_000_000;
    private readonly long _from = from;
    private readonly bool[] _isComposite = new bool[StepSize];
    private readonly int[] _divisors = [.. PrimesUpTo((int)Math.Sqrt(below) + 1)];

    public long Next { get; private set; } = from;

    public long Primes { get; private set; }

    public bool IsDone => Next >= below;

    public int Percent => IsDone ? 100 : (int)(100 * (Next - _from) / (below - _from));

    public void DoStep()
    {
        Span<bool> isComposite = _isComposite.AsSpan(0, (int)Math.Min(StepSize, below - Next));
        isComposite.Clear();
        foreach (int divisor in _divisors)
        {
            long first = Math.Max((long)divisor * divisor, (Next + divisor - 1) / divisor * divisor);
            for (long multiple = first - Next; multiple < isComposite.Length; multiple += divisor)
                isComposite[(int)multiple] = true;
        }
        // 0 and 1 are neither.
        for (long number = Next; number < 2 && number - Next < isComposite.Length; number++)
            isComposite[(int)(number - Next)] = true;
        Primes += isComposite.Count(false);
        Next += isComposite.Length;
    }

    private static IEnumerable<int> PrimesUpTo(int last)
    {
        var isComposite = new bool[last + 1];
        for (int number = 2; number <= last; number++)
        {
            if (isComposite[number])
                continue;
            yield return number;
            for (long multiple = (long)number * number; multiple <= last; multiple += number)
                isComposite[multiple] = true;
        }
    }
}

/// <summary>What a reader gets: how far the job is, what it has to say, and at last the result or the problem.</summary>
internal sealed record Line
{
    public int? Percent { get; init; }

    public string? Log { get; init; }

    public Result? Result { get; init; }

    public Problem? Problem { get; init; }
}

internal sealed record Result(long From, long Below, long Primes);

internal sealed record Problem(string Title, string Detail, long From, long PrimesSoFar);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Line))]
internal sealed partial class JobJson : JsonSerializerContext;
