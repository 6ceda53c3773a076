using System.Buffers.Text;
using System.Text;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Bench.Player;

/// <summary>
/// The answer to <c>/next</c> that carries a workload's event. Its bytes are made once; an invocation only gets another request id and
/// deadline written over the last one's, both of fixed length.
/// </summary>
internal sealed class NextAnswer
{
    private const string IdPrefix = "8476a536-e9f4-11e8-9739-";
    private const int CounterDigits = 12;
    private const int DeadlineDigits = 13;
    private const int TimeoutMilliseconds = 60_000;

    private readonly byte[] _bytes;
    private readonly int _id;
    private readonly int _deadline;

    public NextAnswer(byte[] lambdaEvent)
    {
        string id = IdPrefix + new string('0', CounterDigits);
        string deadline = new('0', DeadlineDigits);
        _bytes = HttpAnswer.Format(200, lambdaEvent,
        [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", id),
            ("Lambda-Runtime-Deadline-Ms", deadline),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:bench"),
            ("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"),
        ]);
        _id = _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id));
        _deadline = _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("Deadline-Ms: " + deadline)) + "Deadline-Ms: ".Length;
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public ReadOnlySpan<byte> RequestId => _bytes.AsSpan(_id, IdPrefix.Length + CounterDigits);

    public void Prepare(long invocation, DateTimeOffset now)
    {
        Span<byte> counter = _bytes.AsSpan(_id + IdPrefix.Length, CounterDigits);
        Span<byte> deadline = _bytes.AsSpan(_deadline, DeadlineDigits);
        _ = Utf8Formatter.TryFormat(invocation, counter, out _, new('D', CounterDigits));
        _ = Utf8Formatter.TryFormat(now.ToUnixTimeMilliseconds() + TimeoutMilliseconds, deadline, out _, new('D', DeadlineDigits));
    }
}
