using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace StreamingLambda.Emulator.Http;

/// <summary>
/// A client may close its sending side when its request is complete and still wait for the answer, as <c>nc -N</c> does. Kestrel takes that for
/// the end of the connection and resets it. Here the answer is sent; a client that is really gone is noticed when it takes nothing more, or by
/// its reset.
/// </summary>
internal sealed class HalfOpenConnection
{
    private HalfOpenConnection(CancellationToken clientClosed) => ClientClosed = clientClosed;

    /// <summary>Fires when the client has closed its side. It may have left, or may wait for the answer.</summary>
    public CancellationToken ClientClosed { get; }

    /// <summary>For each connection of a server whose clients may do so.</summary>
    public static ConnectionDelegate Allow(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(new HalfOpenConnection(connection.ConnectionClosed));
        connection.ConnectionClosed = CancellationToken.None;
        connection.Transport = new Duplex(new Input(connection.Transport.Input), connection.Transport.Output);
        return next(connection);
    };

    /// <summary>The token of a request's connection.</summary>
    public static CancellationToken ClosedBy(HttpContext context) =>
        context.Features.Get<HalfOpenConnection>()?.ClientClosed ?? context.RequestAborted;

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    // The input as it is, except that its orderly end is told only to who has read up to it: Kestrel takes a body for broken off whose last bytes
    // and whose connection's end come together.
    private sealed class Input(PipeReader input) : PipeReader
    {
        private long _toldLength;

        public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => input.CancelPendingRead();

        public override void Complete(Exception? exception = null) => input.Complete(exception);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            WithoutEarlyEnd(await input.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            bool isRead = input.TryRead(out result);
            result = WithoutEarlyEnd(result);
            return isRead;
        }

        // CS0618 Type or member is obsolete: it is how Kestrel asks to be told.
#pragma warning disable CS0618
        [Obsolete("As in the base class.")]
        public override void OnWriterCompleted(Action<Exception?, object?> callback, object? state) => input.OnWriterCompleted(
            (exception, given) =>
            {
                if (exception is not null)
                    callback(exception, given);
            },
            state);
#pragma warning restore CS0618

        // Who gets the same bytes a second time has no use for them, and needs to know that no more will come.
        private ReadResult WithoutEarlyEnd(ReadResult result)
        {
            if (!result.IsCompleted || result.Buffer.Length == _toldLength)
                return result;

            _toldLength = result.Buffer.Length;
            return new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false);
        }
    }
}
