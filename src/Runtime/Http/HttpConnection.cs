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

    public void Dispose() => Input.Dispose();
}
