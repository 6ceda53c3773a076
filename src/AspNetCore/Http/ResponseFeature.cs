using System.IO.Pipelines;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore.Http;

/// <summary>The app's response: status and headers until it starts, then the body, passed on to the invocation's response.</summary>
internal sealed class ResponseFeature : IHttpResponseFeature, IHttpResponseBodyFeature, IHttpBodyControlFeature
{
    private readonly ResponseStreamWriter _response;
    private readonly RequestLifetime _lifetime;
    private readonly bool _isHead;
    private readonly HeaderDictionary _headers = [];
    private readonly Callbacks _onStarting = new();
    private readonly Callbacks _onCompleted = new();
    private Stream _obsoleteBody;
    private int _statusCode = StatusCodes.Status200OK;
    private long _written;
    private bool _isCompleted;

    /// <param name="response">The invocation's response.</param>
    /// <param name="lifetime">Whether the app has aborted the request: then nothing more is sent.</param>
    /// <param name="isHead">Whether the request is HEAD, whose response has no body whatever the app writes.</param>
    public ResponseFeature(ResponseStreamWriter response, RequestLifetime lifetime, bool isHead)
    {
        _response = response;
        _lifetime = lifetime;
        _isHead = isHead;
        Headers = _headers;
        Pipe = new ResponsePipe(this);
        Stream = new ResponseStream(this);
        _obsoleteBody = Stream;
    }

    public int StatusCode
    {
        get => _statusCode;
        set
        {
            ThrowIfStarted("The status code");
            _statusCode = value;
        }
    }

    /// <summary>Kept for the app; Lambda has its own.</summary>
    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; }

    /// <summary>The obsolete way to the body, which some middleware still takes.</summary>
    Stream IHttpResponseFeature.Body { get => _obsoleteBody; set => _obsoleteBody = value; }

    public bool HasStarted { get; private set; }

    public Stream Stream { get; }

    public PipeWriter Writer => Pipe;

    public bool AllowSynchronousIO { get; set; }

    private ResponsePipe Pipe { get; }

    public void OnStarting(Func<object, Task> callback, object state)
    {
        ThrowIfStarted("A callback for the start of the response");
        _onStarting.Add(callback, state);
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _onCompleted.Add(callback, state);

    /// <summary>Nothing waits in a buffer here but what was not flushed yet.</summary>
    public void DisableBuffering()
    {
    }

    /// <summary>Runs the app's callbacks and sends status and headers, once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted || _lifetime.IsAborted)
            return;
        await _onStarting.RunAsync().ConfigureAwait(false);
        // A callback may have written, and so started the response itself.
        if (HasStarted)
            return;
        StatusAndHeaders head = ResponseHead.Create(_statusCode, Headers);
        HasStarted = true;
        _headers.IsReadOnly = true;
        await _response.WriteStatusAndHeadersAsync(head, cancellationToken).ConfigureAwait(false);
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <summary>Sends bytes, after status and headers if those have not been sent. When the task completes they are on their way.</summary>
    /// <param name="bytes">None: sends status and headers, if they have not been sent.</param>
    /// <param name="cancellationToken">Ends the wait for a caller who takes nothing.</param>
    /// <exception cref="InvalidOperationException">The status forbids a body, or it would be longer than <c>Content-Length</c> says.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_lifetime.IsAborted || (_isCompleted && bytes.IsEmpty))
            return;
        if (_isCompleted)
            throw new InvalidOperationException("The response is complete. Write before CompleteAsync, and before the end of the request.");
        Count(bytes.Length);
        await StartAsync(cancellationToken).ConfigureAwait(false);
        if (!_isHead && !bytes.IsEmpty)
            await _response.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what was not flushed, and ends the response. What follows is background work.</summary>
    public async Task CompleteAsync()
    {
        if (_isCompleted || _lifetime.IsAborted)
            return;
        // Status and headers with all of the app's callbacks, before it is said that nothing more comes.
        await StartAsync().ConfigureAwait(false);
        ReadOnlyMemory<byte> last = Pipe.TakeUnflushed();
        Count(last.Length);
        if (Headers.ContentLength is { } promised && promised != _written && !_isHead && HasBody(_statusCode))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The response's Content-Length is {promised}, and {_written} bytes were written. Write all of them, or leave the header out."));
        }
        _isCompleted = true;
        await _response.WriteAndFinishAsync(_isHead ? default : last).ConfigureAwait(false);
    }

    /// <summary>Runs the app's callbacks for the end of the response. What they throw is logged, and no more: the response is on its way.</summary>
    public async Task RunOnCompletedAsync(Invocation invocation)
    {
        try
        {
            await _onCompleted.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            invocation.Log.Error("A callback for the end of the response (OnCompleted) failed.", e);
        }
    }

    private static bool HasBody(int statusCode) =>
        statusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    private void Count(int length)
    {
        if (length == 0)
            return;
        if (!HasBody(_statusCode))
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"A response with status {_statusCode} has no body. Write nothing, or set another status."));
        }
        if (Headers.ContentLength is { } promised && _written + length > promised && !_isHead)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The response's Content-Length is {promised}, and more bytes were written. Correct the header, or leave it out."));
        }
        _written += length;
    }

    private void ThrowIfStarted(string what)
    {
        if (HasStarted)
            throw new InvalidOperationException($"{what} cannot be set: the response has already started.");
    }
}
