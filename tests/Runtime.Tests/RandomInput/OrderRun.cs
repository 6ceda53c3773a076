using System.Globalization;

using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Plays one run of invocations to a runtime, and holds it to what must come of each.</summary>
internal sealed class OrderRun : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly Step[] _steps;
    private readonly Gate[] _reached;
    private readonly Gate[] _opened;
    private readonly ScriptedRuntimeApi _api = new();
    private readonly ManualClock _time = new();
    private readonly RunningRuntime _runtime;
    private ScriptedConnection? _connection;
    private Task<int>? _exit;

    public OrderRun(Step[] steps)
    {
        _steps = steps;
        _reached = [.. steps.Select(_ => new Gate())];
        _opened = [.. steps.Select(_ => new Gate())];
        _runtime = new RunningRuntime(_api, HandleAsync, options: new LambdaRuntimeOptions { TimeProvider = _time, DeadlineMargin = Margin });
    }

    public async Task PlayAsync()
    {
        for (int i = 0; i < _steps.Length; i++)
            await PlayAsync(i);
        Step last = _steps[^1];
        if (last.ExitCode is null)
            await StopWhileIdleAsync();

        Assert.Equal(last.ExitCode ?? 0, await (_exit ?? _runtime.Exited).WaitAsync(Limits.Step));
        CheckLog();
        Assert.Equal(1 + _steps.SkipLast(last.ExitCode is null ? 0 : 1).Count(step => !step.KeepsConnection), _api.ConnectionCount);
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        await _api.DisposeAsync();
    }

    /// <summary>The function's side.</summary>
    private async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        int i = int.Parse(invocation.RequestId, CultureInfo.InvariantCulture);
        try
        {
            await HandleAsync(_steps[i], _reached[i], _opened[i], response, cancellationToken);
        }
        catch (RuntimeApiException) when (_steps[i].Handler == HandlerMove.Swallow)
        {
            // As a careless handler does; the runtime knows of the failure all the same.
        }
    }

    private static async Task HandleAsync(Step step, Gate reached, Gate opened, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        if (step.Handler == HandlerMove.ThrowBefore)
            throw new TimeZoneNotFoundException("before");
        if (step.Handler == HandlerMove.ReturnBefore)
            return;
        if (step.Writes)
            await response.WriteAsync("a", CancellationToken.None);
        if (step.ActsInBody)
            await opened.WaitAsync();
        if (step.WaitsForToken)
            await WaitAsync(step, reached, cancellationToken);
        if (step.Handler == HandlerMove.ThrowInBody)
            throw new TimeZoneNotFoundException("in the body");
        if (step.Handler == HandlerMove.ReturnInBody)
            return;
        for (int i = 0; i < step.MoreWrites; i++)
            await response.WriteAsync("b", CancellationToken.None);
        await response.FinishAsync();
        if (step.Handler == HandlerMove.ThrowAfterFinish)
            throw new TimeZoneNotFoundException("after finish");
    }

    private static async Task WaitAsync(Step step, Gate reached, CancellationToken cancellationToken)
    {
        reached.Open();
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(fired.SetResult);
        await fired.Task.WaitAsync(Limits.Step, CancellationToken.None);
        if (step.Handler != HandlerMove.WaitThenFinish)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Lambda's side of one invocation.</summary>
    private async Task PlayAsync(int i)
    {
        Step step = _steps[i];
        string id = i.ToString(CultureInfo.InvariantCulture);
        string deadline = (_time.GetUtcNow() + Timeout).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        _connection ??= await _api.AcceptAsync();
        await _connection.GiveInvocationAsync(id, "{}", ("Lambda-Runtime-Deadline-Ms", deadline));
        if (step.WaitsForToken)
            await FireTokenAsync(step, _reached[i]);

        if (step.ActsInBody)
            await ActInBodyAsync(step, id, _opened[i]);
        else
            Check(step, id, await _connection.ReadRequestAsync());
        if (!step.CutsBody)
            await AnswerAsync(step);
        _connection.Forget();
        if (!step.KeepsConnection)
            _connection = null;
    }

    private async Task FireTokenAsync(Step step, Gate reached)
    {
        await reached.WaitAsync();
        if (step.Stops)
            _exit = _runtime.StopAsync();
        else
            _time.AdvanceNow(Timeout - Margin);
    }

    private async Task ActInBodyAsync(Step step, string id, Gate opened)
    {
        RecordedHead head = await _connection!.ReadHeadAsync();
        Assert.Equal("a", await _connection.ReadChunkTextAsync());
        switch (step.Server)
        {
            case ServerMove.InterimInBody:
                await _connection.SendAsync("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
                break;
            case ServerMove.CloseInBody:
                _connection.Close();
                break;
            default:
                await _connection.AnswerAsync(step.Server switch { ServerMove.AcceptEarly => 202, ServerMove.FatalEarly => 500, _ => 413 });
                break;
        }
        opened.Open();
        if (step.Server == ServerMove.InterimInBody)
        {
            var chunks = new List<byte[]> { "a"u8.ToArray() };
            while (await _connection.ReadChunkAsync() is { } chunk)
                chunks.Add(chunk);
            Check(step, id, new RecordedRequest(head, chunks, await _connection.ReadTrailersAsync()));
        }
        else if (step.Server != ServerMove.CloseInBody)
        {
            Assert.True(await _connection.ReadEndAsync(), "bytes were sent after the answer had come");
        }
    }

    private static void Check(Step step, string id, RecordedRequest post)
    {
        Assert.Equal(id, post.Head.RequestId);
        Assert.EndsWith(step.Writes ? "/response" : "/error", post.Head.Path, StringComparison.Ordinal);
        if (!step.Writes)
        {
            Assert.Equal(step.ErrorType, post.Head["Lambda-Runtime-Function-Error-Type"]);
            return;
        }
        Assert.Equal(step.Body, post.BodyText);
        Assert.Equal(step.ErrorType, post.Trailers.FirstOrDefault(trailer => trailer.Name == "Lambda-Runtime-Function-Error-Type").Value);
    }

    private async Task AnswerAsync(Step step)
    {
        switch (step.Server)
        {
            case ServerMove.CloseInsteadOfAnswer:
                _connection!.Close();
                break;
            case ServerMove.Garbage:
                await _connection!.SendAsync("SSH-2.0-OpenSSH_9.6\r\n\r\n");
                break;
            default:
                await _connection!.AnswerAsync(step.Server switch { ServerMove.Refuse => step.Status, ServerMove.Fatal => 500, _ => 202 });
                break;
        }
    }

    private async Task StopWhileIdleAsync()
    {
        _connection ??= await _api.AcceptAsync();
        Assert.True((await _connection.ReadHeadAsync()).IsNext);
        _exit = _runtime.StopAsync();
        Assert.True(await _connection.ReadEndAsync());
    }

    /// <summary>As many lines about each invocation as it has failures, and one when the process ends otherwise than in order.</summary>
    private void CheckLog()
    {
        string[] lines = _runtime.LogLines;
        string text = string.Join('\n', lines);
        for (int i = 0; i < _steps.Length; i++)
        {
            string mark = string.Create(CultureInfo.InvariantCulture, $"\t{i}\t");
            int count = lines.Count(line => line.Contains(mark, StringComparison.Ordinal));
            Assert.True(_steps[i].LogLines == count, $"{count} lines about {i} instead of {_steps[i].LogLines}:\n{text}");
        }
        Assert.Equal(_steps[^1].IsFatal ? 1 : 0, lines.Count(line => line.Contains("\tFATAL\t-\t", StringComparison.Ordinal)));
        Assert.Equal(_steps.Sum(step => step.LogLines) + (_steps[^1].IsFatal ? 1 : 0), lines.Length);
    }
}
