using System.Text;

using StreamingLambda.Soak.Function;

namespace StreamingLambda.Soak.Plan;

/// <summary>What has to arrive for an invocation if nothing cuts it.</summary>
internal sealed record Expectation(string Verb, string ContentType, string? ErrorType, IReadOnlyList<ReadOnlyMemory<byte>> Body)
{
    private const string PreludeType = "application/vnd.awslambda.http-integration-response";

    public static Expectation Of(Exchange exchange)
    {
        Script script = exchange.Script;
        string? errorType = ErrorTypeOf(script.Behaviour);
        if (script.Behaviour is Behaviour.ThrowBefore or Behaviour.ReturnWithoutWriting)
            return new Expectation("error", "application/json", errorType, []);
        if (script.Behaviour == Behaviour.Echo)
            return new Expectation("response", "application/octet-stream", null, [exchange.Event]);

        ReadOnlyMemory<byte>[] body = [.. script.Body()];
        if (script.Status == 0)
            return new Expectation("response", "text/x-soak", errorType, body);
        bool owesByte = !script.AllowEmptyBody && script.Status is not (204 or 304) && script.Writes.Sum() == 0;
        ReadOnlyMemory<byte>[] owed = owesByte ? ["\n"u8.ToArray()] : [];
        return new Expectation("response", PreludeType, errorType, [PreludeOf(script), .. body, .. owed]);
    }

    /// <summary>The type that Lambda is told; null for a handler that succeeds.</summary>
    public static string? ErrorTypeOf(Behaviour behaviour) => behaviour switch
    {
        Behaviour.ThrowBefore or Behaviour.ThrowInBody => "Function." + nameof(SoakException),
        Behaviour.ReturnWithoutWriting => "Function.ResponseNotWritten",
        Behaviour.ReturnWithoutFinishing or Behaviour.UnawaitedWrite => "Function.ResponseNotFinished",
        _ => null,
    };

    /// <summary>How much arrives before a handler with <see cref="GatePoint.InBody"/> waits.</summary>
    public static int LengthAtGate(Script script) => (script.Status == 0 ? 0 : PreludeOf(script).Length) + script.Writes[0];

    /// <summary>How much a handler that takes its thread has written when it waits.</summary>
    public static long LengthWhenBlocked(Script script) =>
        script.Behaviour == Behaviour.BlockInBody ? LengthAtGate(script) : LengthAtGate(script) + script.Writes.Skip(1).Sum(size => (long)size);

    private static ReadOnlyMemory<byte> PreludeOf(Script script) => Encoding.ASCII.GetBytes(
        $$"""{"statusCode":{{script.Status}},"headers":{"Content-Type":"text/x-soak","X-Index":"{{script.Index}}"},"""
        + "\"cookies\":[\"soak=\\\"1\\\"; Secure\"]}"
        + new string('\0', 8));
}
