namespace StreamingLambda.Runtime.Http;

/// <summary>Carries requests to the Runtime API: over a socket, or to a Runtime API in the same process.</summary>
internal interface ILoopbackClient : IDisposable
{
    /// <summary>Sends a request and returns the answer, whatever its status.</summary>
    /// <exception cref="HttpRequestException">There is no answer: the connection failed, or what came is none.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before there was an answer.</exception>
    Task<LoopbackAnswer> SendAsync(LoopbackRequest request, CancellationToken cancellationToken);
}
