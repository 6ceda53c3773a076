using StreamingLambda.Runtime;

namespace StreamingLambda.Formats;

/// <summary>A response whose status and headers wait for the first bytes of the body: what fails before them is still an error that Lambda reports
/// as such, and not the broken body of a 200.</summary>
internal sealed class DeferredResponse(ResponseStreamWriter response, StatusAndHeaders statusAndHeaders)
{
    /// <summary>Whether status and headers were sent.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Sends bytes of the body. None of them begin nothing.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.IsEmpty)
            return;
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        await response.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes no token, as everything but the end was sent.</summary>
    public async ValueTask FinishAsync(ReadOnlyMemory<byte> last = default)
    {
        await BeginAsync(CancellationToken.None).ConfigureAwait(false);
        await response.WriteAndFinishAsync(last, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (HasBegun)
            return;
        await response.WriteStatusAndHeadersAsync(statusAndHeaders, cancellationToken).ConfigureAwait(false);
        HasBegun = true;
    }
}
