using System.Buffers;
using StreamingLambda.Emulator.Doors.FunctionUrl;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>Status and headers as the function said them, at the beginning of its response.</summary>
/// <param name="Prelude">What they are.</param>
/// <param name="Length">The bytes that they take, the eight NULs among them.</param>
internal sealed record FunctionHead(Prelude Prelude, int Length)
{
    private const int UsualLength = 4 * 1024;

    /// <summary>A prelude that is longer is one that no door takes.</summary>
    private const int MaxLength = 160 * 1024;

    /// <summary>Headers and cookies, as headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers =>
        [
            .. Prelude.Headers,
            .. Prelude.MultiValueHeaders,
            .. Prelude.Cookies.Select(cookie => new KeyValuePair<string, string>("Set-Cookie", cookie)),
        ];

    /// <summary>Whether a response begins with them.</summary>
    public static bool IsExpected(RecordedInvocation invocation, RecordedState state) =>
        invocation.IsStreamedByApi || state.ContentType?.StartsWith(Prelude.ContentType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Finds them; null: there are none, or not yet, or they cannot be read.</summary>
    public static FunctionHead? Read(RecordedInvocation invocation, RecordedState state)
    {
        if (!IsExpected(invocation, state) || state.Bytes == 0)
            return null;

        try
        {
            return Read(invocation.ReadContent(0, UsualLength))
                ?? (state.KeptBytes > UsualLength ? Read(invocation.ReadContent(0, MaxLength)) : null);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static FunctionHead? Read(byte[] begin)
    {
        var data = new ReadOnlySequence<byte>(begin);
        return new PreludeParser().Read(ref data) is { } prelude ? new FunctionHead(prelude, begin.Length - (int)data.Length) : null;
    }
}
