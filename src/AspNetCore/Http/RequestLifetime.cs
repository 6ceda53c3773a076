using Microsoft.AspNetCore.Http.Features;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>When the request ends before its time: shortly before the deadline, when the environment is stopped, or when the app aborts it. A
/// caller who leaves is not noticed: Lambda does not tell.</summary>
internal sealed class RequestLifetime : IHttpRequestLifetimeFeature, IDisposable
{
    private readonly CancellationTokenSource _ending;

    public RequestLifetime(CancellationToken invocationEnding)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(invocationEnding);
        RequestAborted = _ending.Token;
    }

    /// <summary>Whether the app called <see cref="Abort"/>.</summary>
    public bool IsAborted { get; private set; }

    public CancellationToken RequestAborted { get; set; }

    public void Abort()
    {
        IsAborted = true;
        _ = _ending.CancelAsync();
    }

    public void Dispose() => _ending.Dispose();
}
