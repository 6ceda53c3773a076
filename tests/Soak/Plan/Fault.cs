namespace StreamingLambda.Soak.Plan;

/// <summary>What the Runtime API does wrong, or unusually, when it answers a request.</summary>
internal enum Fault
{
    None,

    /// <summary>The answer comes in up to 40 pieces, cut anywhere.</summary>
    Split,

    /// <summary>The answer comes late and in pieces with pauses between them.</summary>
    Slow,

    /// <summary><c>Connection: close</c>, and it does close.</summary>
    ConnectionClose,

    /// <summary>The answer's last packet ends the connection, unannounced.</summary>
    CloseWithAnswer,

    /// <summary>The connection is closed right behind the answer, unannounced: the next request may be on its way by then.</summary>
    CloseAfterAnswer,

    /// <summary>A chunked answer, with extensions and trailers.</summary>
    Chunked,

    /// <summary>Up to twenty interim answers (1xx) come first.</summary>
    Interim,

    /// <summary>One to five interim answers come in the middle of the body; the final one comes behind its end.</summary>
    InterimInBody,

    /// <summary>The same while a write waits because nobody reads; then everything is read.</summary>
    InterimToBlockedWrite,

    /// <summary>Header names in odd case, values in odd white space.</summary>
    OddCase,

    /// <summary>The connection is closed while the handler works and nothing is under way on it.</summary>
    CloseWhileIdle,

    /// <summary>The same with a reset.</summary>
    ResetWhileIdle,

    /// <summary>202 without a body.</summary>
    EmptyAnswer,

    /// <summary>An answer without a length, ended by the end of the connection.</summary>
    AnswerUntilClose,

    /// <summary>400, 403, 410 or 413 after the whole request.</summary>
    Refused,

    /// <summary>400, 410 or 413 in the middle of the body; the connection stays open, but nobody reads.</summary>
    EarlyAnswer,

    /// <summary>The same, then the connection is closed.</summary>
    EarlyAnswerAndClose,

    /// <summary>202 in the middle of the body: what the handler has still to send is not delivered, so the response is not either.</summary>
    EarlySuccess,

    /// <summary>The connection is closed in the middle of the body.</summary>
    CloseInBody,

    /// <summary>The connection is reset in the middle of the body.</summary>
    ResetInBody,

    /// <summary>413 while a write waits because nobody reads; a little later the connection is closed.</summary>
    EarlyAnswerToBlockedWrite,

    /// <summary>Nobody reads for a while, then everything is read and accepted.</summary>
    PauseReading,

    /// <summary>The whole request is read, then the connection is closed.</summary>
    CloseInsteadOfAnswer,

    /// <summary>The whole request is read, then the connection is reset.</summary>
    ResetInsteadOfAnswer,

    /// <summary>A part of the answer, then the connection is closed.</summary>
    CutAnswer,

    /// <summary>The answer is not HTTP.</summary>
    Garbage,
}

/// <summary>What follows from a fault.</summary>
internal static class FaultFacts
{
    /// <summary>Those that can happen to the answer to <c>GET next</c> without ending the process.</summary>
    public static IReadOnlyList<Fault> OfDelivery { get; } =
    [
        Fault.Split, Fault.Slow, Fault.ConnectionClose, Fault.CloseWithAnswer, Fault.CloseAfterAnswer, Fault.Chunked, Fault.Interim, Fault.OddCase,
        Fault.CloseWhileIdle, Fault.ResetWhileIdle,
    ];

    /// <summary>Those that can happen to a post.</summary>
    public static IReadOnlyList<Fault> OfAnswer { get; } = [.. Enum.GetValues<Fault>().Where(fault => fault != Fault.None)];

    /// <summary>The connection cannot be used again.</summary>
    public static bool CostsConnection(this Fault fault) =>
        fault is Fault.ConnectionClose or Fault.CloseWithAnswer or Fault.CloseAfterAnswer or Fault.AnswerUntilClose
        || fault.IsWhileIdle() || fault.CutsBody()
        || fault is Fault.EarlyAnswerToBlockedWrite or Fault.CloseInsteadOfAnswer or Fault.ResetInsteadOfAnswer or Fault.CutAnswer or Fault.Garbage;

    /// <summary>What was posted is not accepted, or nobody knows whether it was.</summary>
    public static bool LosesAnswer(this Fault fault) =>
        fault.CutsBody() || fault is Fault.Refused or Fault.EarlyAnswerToBlockedWrite
            or Fault.CloseInsteadOfAnswer or Fault.ResetInsteadOfAnswer or Fault.CutAnswer or Fault.Garbage;

    /// <summary>Comes when the first write has arrived and the next call of the handler has not been made.</summary>
    public static bool IsInBody(this Fault fault) => fault.CutsBody() || fault == Fault.InterimInBody;

    /// <summary>One of these that ends the response there.</summary>
    public static bool CutsBody(this Fault fault) =>
        fault is Fault.EarlyAnswer or Fault.EarlyAnswerAndClose or Fault.EarlySuccess or Fault.CloseInBody or Fault.ResetInBody;

    /// <summary>Comes while a write waits for room.</summary>
    public static bool IsToBlockedWrite(this Fault fault) => fault is Fault.EarlyAnswerToBlockedWrite or Fault.InterimToBlockedWrite;

    /// <summary>Comes between two requests.</summary>
    public static bool IsWhileIdle(this Fault fault) => fault is Fault.CloseWhileIdle or Fault.ResetWhileIdle;
}
