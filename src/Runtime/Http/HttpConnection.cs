namespace StreamingLambda.Runtime.Http;

/// <summary>One connection to the server: what goes out is gathered in <see cref="Output"/>, what comes in is read from <see cref="Input"/>.</summary>
internal sealed class HttpConnection : IDisposable
{
    private HttpConnection(Transport transport)
    {
        Input = transport;
        Output = new SendBuffer(transport);
    }

    public Transport Input { get; }

    public SendBuffer Output { get; }

    /// <summary>Whether another request may follow on this connection: the last one was sent whole, and its answer read whole and in step.</summary>
    public bool IsReusable { get; private set; } = true;

    public static HttpConnection Open(Uri server) => new(Transport.Connect(server.DnsSafeHost, server.Port));

    public void DoNotReuse() => IsReusable = false;

    /// <summary>Reads the answer to the request that was sent.</summary>
    /// <exception cref="HttpRequestException">The connection ended, or what came is not HTTP/1.1 within bounds.</exception>
    public async ValueTask<HttpResponseMessage> ReadResponseAsync()
    {
        try
        {
            HttpResponseMessage response = await ResponseReader.ReadAsync(this).ConfigureAwait(false);
            if (Input.HasInput)
                DoNotReuse();
            return response;
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    /// <summary>Reads the answer if one has begun to arrive; used when the request could not be sent to its end.</summary>
    public async ValueTask<HttpResponseMessage?> TryReadResponseAsync()
    {
        try
        {
            return Input.HasInput ? await ReadResponseAsync().ConfigureAwait(false) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    public void Dispose() => Input.Dispose();
}
