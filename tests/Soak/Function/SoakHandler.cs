using System.Globalization;

using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Logging;
using StreamingLambda.Soak.Plan;

namespace StreamingLambda.Soak.Function;

/// <summary>Behaves as the event says, well or badly.</summary>
internal sealed class SoakHandler(Gates gates) : IStreamingLambdaHandler
{
    /// <summary>Begins the log line in which the handler says that the runtime let something pass that it must refuse.</summary>
    public const string Violation = "VIOLATION";

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        var script = Script.FromEvent(invocation.Event.Span);
        await gates.WaitAsync(script, GatePoint.Before);
        try
        {
            await BehaveAsync(script, invocation, response, cancellationToken);
        }
        catch (RuntimeApiException) when (script.Behaviour == Behaviour.SwallowFailure)
        {
            // As a careless handler does; the runtime knows of the failure all the same.
        }
        await gates.WaitAsync(script, GatePoint.After);
    }

    private async Task BehaveAsync(Script script, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        switch (script.Behaviour)
        {
            case Behaviour.Echo:
                await response.WriteAndFinishAsync(invocation.Event);
                return;
            case Behaviour.ThrowBefore:
                throw new SoakException(script.HostileMessage);
            case Behaviour.ReturnWithoutWriting:
                return;
            case Behaviour.HostileHeaders:
                await MustThrowAsync<ArgumentException>(invocation, async () =>
                    await response.WriteStatusAndHeadersAsync(HostileValues.Heads[script.Hostile % HostileValues.Heads.Count]()));
                await MustThrowAsync<ArgumentException>(invocation, () =>
                {
                    response.ContentType = "text/plain\r\nevil: 1";
                    return Task.CompletedTask;
                });
                break;
            case Behaviour.CancelledWrite:
                await MustThrowAsync<OperationCanceledException>(invocation, async () =>
                    await response.WriteAsync("never sent", new CancellationToken(canceled: true)));
                break;
            case Behaviour.BlockThread:
                invocation.Log.Write(LambdaLogLevel.Info, "The handler blocks its thread.");
                Block(CancellationToken.None);
                return;
            case Behaviour.BlockPool:
                // More than the pool has threads for within minutes: what needs one of it does not happen any more.
                for (int i = 0; i < 1000; i++)
                    ThreadPool.UnsafeQueueUserWorkItem(static _ => Block(CancellationToken.None), null);
                invocation.Log.Write(LambdaLogLevel.Info, "The handler blocks the thread pool.");
                Block(cancellationToken);
                return;
        }

        if (script.Status > 0)
            await response.WriteStatusAndHeadersAsync(HeadOf(script));
        else
            response.ContentType = "text/x-soak";
        await WriteAndEndAsync(script, invocation, response);
    }

    private static void Block(CancellationToken cancellationToken)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(cancellationToken);
    }

    private async Task WriteAndEndAsync(Script script, Invocation invocation, ResponseStreamWriter response)
    {
        ReadOnlyMemory<byte>[] body = [.. script.Body()];
        switch (script.Behaviour)
        {
            case Behaviour.WriteAndFinish:
                await WriteAsync(script, body[..^1], response);
                await response.WriteAndFinishAsync(body[^1]);
                break;
            case Behaviour.Stream:
                if (!Finalized.LeaveOne())
                    invocation.Log.Write(LambdaLogLevel.Fatal, $"{Violation}: an object was not finalized");
                await WriteAsync(script, body, response, response.AsStream());
                await response.FinishAsync();
                break;
            case Behaviour.ThrowInBody:
                await WriteAsync(script, body, response);
                throw new SoakException(script.HostileMessage);
            case Behaviour.ThrowAfterFinish:
                await WriteAsync(script, body, response);
                await response.FinishAsync();
                throw new SoakException(script.HostileMessage);
            case Behaviour.ReturnWithoutFinishing:
                await WriteAsync(script, body, response);
                break;
            case Behaviour.WriteAfterFinish:
                await WriteAsync(script, body, response);
                await response.FinishAsync();
                await MustThrowAsync<InvalidOperationException>(invocation, async () => await response.WriteAsync("too late"));
                await MustThrowAsync<InvalidOperationException>(invocation, async () => await response.FinishAsync());
                break;
            case Behaviour.BlockInBody:
                await response.WriteAsync(body[0]);
                gates.Block(script, GatePoint.Blocked);
                await WriteAsync(script, body[1..], response);
                await response.FinishAsync();
                break;
            case Behaviour.StarvePool or Behaviour.SpinPool:
                using (new TakenPool(spin: script.Behaviour == Behaviour.SpinPool))
                {
                    await WriteAsync(script, body, response);
                    gates.Block(script, GatePoint.Blocked);
                }
                await response.FinishAsync();
                break;
            case Behaviour.OverlappingCall:
                ValueTask first = response.WriteAsync(body[0]);
                if (!first.IsCompleted)
                    await OverlapAsync(first.AsTask(), response);
                else
                    await first;
                await response.FinishAsync();
                break;
            case Behaviour.UnawaitedWrite:
                _ = response.WriteAsync(body[0]).AsTask();
                break;
            case Behaviour.UnawaitedFinish:
                await WriteAsync(script, body, response);
                _ = response.FinishAsync().AsTask();
                break;
            default:
                await WriteAsync(script, body, response);
                await response.FinishAsync();
                break;
        }
    }

    private async Task WriteAsync(Script script, ReadOnlyMemory<byte>[] body, ResponseStreamWriter response, Stream? stream = null)
    {
        for (int i = 0; i < body.Length; i++)
        {
            if (stream is null)
                await response.WriteAsync(body[i]);
            else
                await stream.WriteAsync(body[i]);
            if (i == 0)
                await gates.WaitAsync(script, GatePoint.InBody);
        }
    }

    /// <summary>The first call may end at any moment: a second one that succeeds proves nothing, so it has no bytes.</summary>
    private static async Task OverlapAsync(Task first, ResponseStreamWriter response)
    {
        try
        {
            await response.WriteAsync("");
        }
        catch (InvalidOperationException)
        {
            // As it must be while the first one is in progress.
        }
        await first;
    }

    private static StatusAndHeaders HeadOf(Script script) =>
        new(script.Status, ("Content-Type", "text/x-soak"), ("X-Index", script.Index.ToString(CultureInfo.InvariantCulture)))
        {
            Cookies = ["soak=\"1\"; Secure"],
            AllowEmptyBody = script.AllowEmptyBody,
        };

    private static async Task MustThrowAsync<TException>(Invocation invocation, Func<Task> call)
        where TException : Exception
    {
        try
        {
            await call();
        }
        catch (TException)
        {
            return;
        }
        invocation.Log.Write(LambdaLogLevel.Fatal, $"{Violation}: no {typeof(TException).Name} was thrown");
    }
}
