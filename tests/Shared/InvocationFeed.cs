using System.Collections.Concurrent;

namespace StreamingLambda.Tests.Shared;

/// <summary>Serves all connections of a Runtime API at once: hands out invocations as they are asked for, and collects and accepts what is posted.
/// Which connection the runtime uses for what is its own business.</summary>
public sealed class InvocationFeed
{
    private readonly ScriptedRuntimeApi _api;
    private readonly ConcurrentQueue<(string RequestId, string Body)> _invocations;
    private readonly ConcurrentDictionary<string, RecordedRequest> _posts = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _count;

    public InvocationFeed(ScriptedRuntimeApi api, IEnumerable<(string RequestId, string Body)> invocations)
    {
        _api = api;
        _invocations = new(invocations);
        _count = _invocations.Count;
        _ = ServeAsync();
    }

    /// <summary>The posts by request id, when there is one for every invocation.</summary>
    public async Task<IReadOnlyDictionary<string, RecordedRequest>> PostsAsync()
    {
        await _done.Task.WaitAsync(Limits.Step * 2);
        return _posts;
    }

    private async Task ServeAsync()
    {
        while (true)
            _ = ServeAsync(await _api.AcceptAsync());
    }

    private async Task ServeAsync(ScriptedConnection connection)
    {
        try
        {
            while (true)
            {
                RecordedRequest request = await connection.ReadRequestAsync();
                if (!request.Head.IsNext)
                {
                    _posts[request.Head.RequestId] = request;
                    await connection.AnswerAsync(202);
                    if (_posts.Count == _count)
                        _done.TrySetResult();
                }
                else if (_invocations.TryDequeue(out (string RequestId, string Body) next))
                {
                    await connection.SendInvocationAsync(next.RequestId, next.Body);
                }
            }
        }
        catch (Exception e) when (e is not EndOfStreamException)
        {
            _done.TrySetException(e);
        }
        catch (EndOfStreamException)
        {
            // The runtime was stopped.
        }
    }
}
