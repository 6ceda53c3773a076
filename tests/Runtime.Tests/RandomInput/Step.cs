namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>What a handler does with its invocation.</summary>
internal enum HandlerMove
{
    /// <summary>Writes, then finishes.</summary>
    Finish,

    /// <summary>The same, and catches what a refused call throws.</summary>
    Swallow,

    /// <summary>The same, then throws.</summary>
    ThrowAfterFinish,

    /// <summary>Throws after the first write.</summary>
    ThrowInBody,

    /// <summary>Returns after the first write.</summary>
    ReturnInBody,

    /// <summary>Throws before it writes.</summary>
    ThrowBefore,

    /// <summary>Returns before it writes.</summary>
    ReturnBefore,

    /// <summary>Waits for its token before it writes, and gives up.</summary>
    WaitBefore,

    /// <summary>Waits for its token after the first write, and gives up.</summary>
    WaitInBody,

    /// <summary>Waits for its token after the first write, then finishes.</summary>
    WaitThenFinish,
}

/// <summary>How Lambda answers what is posted about an invocation.</summary>
internal enum ServerMove
{
    Accept,

    /// <summary>400, 410 or 413 after the whole request.</summary>
    Refuse,

    /// <summary>Interim answers after the first write, and 202 after the whole request.</summary>
    InterimInBody,

    /// <summary>413 after the first write.</summary>
    RefuseEarly,

    /// <summary>202 after the first write.</summary>
    AcceptEarly,

    /// <summary>The connection is closed after the first write.</summary>
    CloseInBody,

    /// <summary>The connection is closed instead of an answer.</summary>
    CloseInsteadOfAnswer,

    /// <summary>What comes is not HTTP.</summary>
    Garbage,

    /// <summary>500 after the whole request: the process has to leave.</summary>
    Fatal,

    /// <summary>500 after the first write.</summary>
    FatalEarly,
}

/// <summary>One invocation, and what must come of it.</summary>
/// <param name="Handler">What its handler does.</param>
/// <param name="Server">How its post is answered.</param>
/// <param name="Status">The status of a refusal.</param>
/// <param name="MoreWrites">How many writes follow the first one.</param>
/// <param name="Stops">Whether a handler that waits for its token gets it because the process is told to stop; otherwise because the deadline is
/// near.</param>
internal sealed record Step(HandlerMove Handler, ServerMove Server, int Status, int MoreWrites, bool Stops)
{
    public bool WaitsForToken => Handler is HandlerMove.WaitBefore or HandlerMove.WaitInBody or HandlerMove.WaitThenFinish;

    public bool Writes => Handler is not (HandlerMove.ThrowBefore or HandlerMove.ReturnBefore or HandlerMove.WaitBefore);

    /// <summary>Whether something comes between the first write and what the handler does next.</summary>
    public bool ActsInBody => Server is ServerMove.InterimInBody || CutsBody;

    /// <summary>Whether that ends the response.</summary>
    public bool CutsBody => Server is ServerMove.RefuseEarly or ServerMove.AcceptEarly or ServerMove.CloseInBody or ServerMove.FatalEarly;

    /// <summary>The error that Lambda is told; null for a handler that succeeds.</summary>
    public string? ErrorType => Handler switch
    {
        HandlerMove.ThrowBefore or HandlerMove.ThrowInBody => "Function." + nameof(TimeZoneNotFoundException),
        HandlerMove.ReturnBefore => "Function.ResponseNotWritten",
        HandlerMove.ReturnInBody => "Function.ResponseNotFinished",
        HandlerMove.WaitBefore or HandlerMove.WaitInBody => Stops ? "Function.Stopping" : "Function.DeadlineNear",
        _ => null,
    };

    public bool LosesAnswer => Server is not (ServerMove.Accept or ServerMove.InterimInBody);

    public bool KeepsConnection => Server is ServerMove.Accept or ServerMove.Refuse or ServerMove.InterimInBody;

    public bool IsFatal => Server is ServerMove.Fatal or ServerMove.FatalEarly;

    /// <summary>How many lines the log must have about it.</summary>
    public int LogLines => ErrorType is not null ? LosesAnswer ? 2 : 1 : LosesAnswer || Handler == HandlerMove.ThrowAfterFinish ? 1 : 0;

    /// <summary>The exit code that it must lead to; null if the process goes on.</summary>
    public int? ExitCode => IsFatal ? 1 : Stops ? 0 : null;

    /// <summary>The body that must arrive if nothing cuts it.</summary>
    public string Body => Handler switch
    {
        HandlerMove.ThrowInBody or HandlerMove.ReturnInBody or HandlerMove.WaitInBody => "a",
        _ => "a" + new string('b', MoreWrites),
    };
}
