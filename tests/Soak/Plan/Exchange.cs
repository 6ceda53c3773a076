namespace StreamingLambda.Soak.Plan;

/// <summary>One invocation as it is planned: the event, what the handler does with it, and what happens on the way.</summary>
internal sealed record Exchange
{
    public required Script Script { get; init; }

    public required ReadOnlyMemory<byte> Event { get; init; }

    public required string RequestId { get; init; }

    /// <summary>The nonce to echo; null for none.</summary>
    public required string? InvocationId { get; init; }

    public required BadInput BadInput { get; init; }

    /// <summary>What happens to the answer to <c>GET next</c>.</summary>
    public required Fault Delivery { get; init; }

    /// <summary>What happens to the post.</summary>
    public required Fault Answer { get; init; }

    /// <summary>The status of the answer to the post.</summary>
    public required int AnswerStatus { get; init; }

    /// <summary>For the details of its faults.</summary>
    public required int Seed { get; init; }

    public int Index => Script.Index;

    /// <summary>How many connections it makes unusable.</summary>
    public int ConnectionsLost => (Delivery.CostsConnection() ? 1 : 0) + (Answer.CostsConnection() ? 1 : 0);

    /// <summary>Whether its post may be on the way when the connection is closed. Then nobody can know what has become of it, so it is not sent
    /// again.</summary>
    public bool MayLosePost => Delivery == Fault.CloseAfterAnswer;

    /// <summary>How many lines the function logs about it, at the least and at the most.</summary>
    /// <param name="postLost">Whether the post was on the way when the connection was closed.</param>
    public (int Least, int Most) LogLines(bool postLost)
    {
        bool answerLost = postLost || Answer.LosesAnswer();
        int warnings = BadInput is BadInput.MissingDeadline or BadInput.MalformedDeadline ? 1 : 0;
        // What cannot be told to Lambda is a second line; a handler that fails because its write does is one failure.
        bool handlerFails = Expectation.ErrorTypeOf(Script.Behaviour) is not null;
        int failures = answerLost || handlerFails || Script.Behaviour == Behaviour.ThrowAfterFinish ? 1 : 0;
        int most = warnings + failures + (handlerFails && answerLost ? 1 : 0);
        // Where nobody knows when the connection was found closed: in a write, before the handler could fail by itself, or behind that.
        return (postLost ? warnings + failures : most, most);
    }

    public override string ToString() =>
        $"invocation {Index} ({RequestId}): {Script.Behaviour}, status {Script.Status}, {Script.Writes.Count} writes of {Script.Writes.Sum()} bytes; "
        + $"input {BadInput}; delivery {Delivery}; answer {Answer} {AnswerStatus}";
}
