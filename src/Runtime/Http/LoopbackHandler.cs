namespace StreamingLambda.Runtime.Http;

/// <summary>HTTP/1.1 over plain sockets to one server on the same host, which is what the Runtime API is.</summary>
/// <remarks>
/// Used instead of <c>SocketsHttpHandler</c> for two reasons. It sends request trailers, in which an error in the middle of a streamed
/// response is reported; and it leaves everything out of the binary that a request to the same machine does not need, which is most of a cold start.
/// A request goes out as it is serialized; the answer is read whole, within bounds, before it is returned, so that its
/// connection is free for the next request. A connection that was cancelled, broken or answered early is never used again.
/// </remarks>
/// <param name="server">Where the server listens.</param>
internal sealed class LoopbackHandler(ServerAddress server) : HttpMessageHandler
{
    private readonly object _gate = new();
    private readonly Stack<HttpConnection> _idle = new();
    private bool _disposed;

    /// <summary>Sends a <see cref="LoopbackRequest"/> and returns the <see cref="LoopbackAnswer"/>, whatever its status.</summary>
    /// <exception cref="HttpRequestException">There is no answer: the connection failed, or what came is none.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before there was an answer.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = (LoopbackRequest)request;
        try
        {
            HttpConnection? idle = TakeIdle();
            if (idle is null || await TrySendAsync(idle, sent, cancellationToken).ConfigureAwait(false) is not { } answer)
                return await SendAsync(new HttpConnection(server), sent, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            if (cancellationToken.IsCancellationRequested)
                throw new OperationCanceledException(e.Message, e, cancellationToken);
            throw e as HttpRequestException ?? new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e);
        }
    }

    /// <summary>Sends a request on a connection that has served before. Null if the request is to be sent again on a new one: a server may close an
    /// idle connection just when the next request comes. That request must be a GET, which asks and changes nothing, and no byte of its answer may
    /// have come, as it is the answer that cannot be had twice.</summary>
    private async Task<LoopbackAnswer?> TrySendAsync(HttpConnection idle, LoopbackRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(idle, request, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (request.Method == HttpMethod.Get && !idle.Answer.HasBegun && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<LoopbackAnswer> SendAsync(HttpConnection connection, LoopbackRequest request, CancellationToken cancellationToken)
    {
        connection.Begin(request.Waiting);
        bool returned = false;
        try
        {
            LoopbackAnswer answer;
            // An answer that has arrived when the token fires is still read: it may be an event, which nobody else will get.
            using (cancellationToken.UnsafeRegister(static state => ((HttpConnection)state!).GiveUp(), connection))
                answer = await ExchangeAsync(connection, request).ConfigureAwait(false);
            // From here on the token no longer reaches the connection, so it may serve somebody else.
            returned = connection.IsReusable && !cancellationToken.IsCancellationRequested && Return(connection);
            return answer;
        }
        finally
        {
            if (!returned)
                connection.Dispose();
        }
    }

    private static async Task<LoopbackAnswer> ExchangeAsync(HttpConnection connection, LoopbackRequest request)
    {
        IOException? unsent = null;
        try
        {
            await RequestWriter.WriteAsync(connection, request).ConfigureAwait(false);
        }
        catch (IOException broken)
        {
            unsent = broken;
            connection.DoNotReuse();
        }
        try
        {
            // The server may have answered before it stopped reading (413, 410): that answer says more than a broken pipe.
            if (unsent is not null && !connection.Answer.HasArrived())
                throw unsent;
            return await connection.Answer.ReadAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && unsent is not null)
        {
            throw unsent;
        }
    }

    private HttpConnection? TakeIdle()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _idle.TryPop(out HttpConnection? connection) ? connection : null;
        }
    }

    /// <summary>Keeps the connection for the next request. False if there will be none.</summary>
    private bool Return(HttpConnection connection)
    {
        lock (_gate)
        {
            if (!_disposed)
                _idle.Push(connection);
            return !_disposed;
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out HttpConnection? connection))
                connection.Dispose();
        }
        base.Dispose(disposing);
    }
}
