namespace StreamingLambda.Runtime.Http;

/// <summary>HTTP/1.1 over plain sockets to one server on the same host, which is what the Runtime API is.</summary>
/// <remarks>
/// Used instead of <c>SocketsHttpHandler</c> for two reasons. It sends request trailers, in which an error in the middle of a streamed
/// response is reported; and it leaves TLS, proxies, HTTP/2, cookies and decompression out of the binary, which is most of a cold start.
/// A request goes out as it is serialized; the answer is read whole, within bounds, before <see cref="SendAsync"/> returns, so that
/// its connection is free for the next request. A connection that was cancelled, broken or answered early is never used again.
/// </remarks>
internal sealed class LoopbackHttpHandler : HttpMessageHandler
{
    private readonly object _gate = new();
    private readonly Stack<HttpConnection> _idle = new();
    private bool _disposed;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpConnection connection = TakeIdle() ?? HttpConnection.Open(request.RequestUri!);
        connection.Input.WaitInPlace = request is LoopbackRequest local ? local.WaitInPlace : 0;
        try
        {
            HttpResponseMessage response;
            // An answer that has arrived when the token fires is still read: it may be an event, which nobody else will get.
            using (cancellationToken.UnsafeRegister(static state => ((HttpConnection)state!).Input.GiveUp(), connection))
                response = await ExchangeAsync(connection, request).ConfigureAwait(false);
            // From here on the token no longer reaches the connection, so it may serve somebody else.
            if (cancellationToken.IsCancellationRequested)
                connection.DoNotReuse();
            response.RequestMessage = request;
            if (connection.IsReusable)
                Return(connection);
            else
                connection.Dispose();
            return response;
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (cancellationToken.IsCancellationRequested)
                throw new OperationCanceledException(e.Message, e, cancellationToken);
            throw;
        }
    }

    private static async Task<HttpResponseMessage> ExchangeAsync(HttpConnection connection, HttpRequestMessage request)
    {
        IOException? unsent = null;
        try
        {
            await RequestWriter.WriteAsync(connection, request).ConfigureAwait(false);
            (request as LoopbackRequest)?.Sent?.Invoke();
        }
        catch (IOException broken)
        {
            unsent = broken;
            connection.DoNotReuse();
        }
        try
        {
            // The server may have answered before it stopped reading (413, 410): that answer says more than a broken pipe.
            if (unsent is not null && !connection.Input.HasInput)
                throw unsent;
            HttpResponseMessage response = await ResponseReader.ReadAsync(connection).ConfigureAwait(false);
            if (!connection.Input.Input.IsEmpty)
                connection.DoNotReuse();
            return response;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw unsent is not null ? new HttpRequestException(HttpRequestError.ConnectionError, unsent.Message, unsent)
                : e as HttpRequestException ?? new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    /// <summary>An idle connection that the server has not closed meanwhile; checked before a byte is sent, so that nothing is ever sent twice.</summary>
    private HttpConnection? TakeIdle()
    {
        while (true)
        {
            HttpConnection? connection;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (!_idle.TryPop(out connection))
                    return null;
            }
            if (!connection.Input.HasInput)
                return connection;
            connection.Dispose();
        }
    }

    private void Return(HttpConnection connection)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _idle.Push(connection);
                return;
            }
        }
        connection.Dispose();
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
