using System.Buffers;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.RuntimeApi;

/// <summary>
/// A receiver whose failure is the response's and not the runtime's: what the function sent cannot be made into what its caller takes. The rest
/// of the response is read and dropped, so that the runtime learns nothing of it, as on AWS.
/// </summary>
internal sealed class GuardedReceiver(IResponseReceiver receiver)
{
    private bool _callerLeft;

    /// <summary>What the receiver threw first, else null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>See <see cref="IResponseReceiver.Start"/>.</summary>
    public void Start(string? contentType)
    {
        try
        {
            receiver.Start(contentType);
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }

    /// <summary>See <see cref="IResponseReceiver.WriteAsync"/>.</summary>
    public async ValueTask WriteAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        if (Failure is not null || _callerLeft)
            return;
        try
        {
            await receiver.WriteAsync(data, cancellationToken);
        }
        catch (Exception exception) when ((exception is IOException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            // Not an error: the function cannot know.
            _callerLeft = true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Failure = exception;
        }
    }
}
