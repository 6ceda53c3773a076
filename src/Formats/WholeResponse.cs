using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>A response whose body is there before its status is sent.</summary>
internal static class WholeResponse
{
    public static async ValueTask SendWholeAsync(
        this ResponseStreamWriter response, ReadOnlyMemory<byte> body, StatusAndHeaders statusAndHeaders, CancellationToken cancellationToken)
    {
        await response.WriteStatusAndHeadersAsync(statusAndHeaders, cancellationToken).ConfigureAwait(false);
        // Status and headers are on their way, and the body is here: better finished than cut off.
        await response.WriteAndFinishAsync(body, CancellationToken.None).ConfigureAwait(false);
    }
}
