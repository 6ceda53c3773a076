using System.Globalization;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>What the platform says beside AWS's own sentence when it ends an invocation: how far the function had got, and what to do.</summary>
internal static class Verdict
{
    /// <summary>The deadline has passed. To be asked before the invocation is judged.</summary>
    public static string OfTimeout(Invocation invocation, bool codeRunsOn)
    {
        string process = codeRunsOn ? "Its process takes other invocations and goes on, as on Managed Instances" : "Its process is ended";
        return $"When its time was over the function {Progress(invocation)}. {process}. Give it a longer Timeout, or let it end before its deadline.";
    }

    /// <summary>The process has ended. To be asked before the invocation is judged.</summary>
    public static string OfExit(Invocation invocation) =>
        $"When its process ended the function {Progress(invocation)}. An exit, a crash, or an exception that nobody catches ends a process; "
            + "what it printed last is above.";

    private static string Progress(Invocation invocation) =>
        invocation.IsAnswered ? "had answered, and went on with other work"
        : invocation.ResponseBytes > 0 ? string.Create(
            CultureInfo.InvariantCulture, $"was in the middle of its response ({invocation.ResponseBytes} bytes), which breaks off there")
        : invocation.IsWaiting ? "had not taken the event"
        : "had not begun to answer";
}
