using System.Diagnostics;

using StreamingLambda.Soak.Plan;

namespace StreamingLambda.Soak.Driver;

/// <summary>One run: starts the function, plays the Runtime API to it until all invocations are done, checks what must hold at the end.</summary>
internal sealed class SoakRun(SoakOptions options)
{
    /// <summary>If nothing is settled for so long, the function hangs.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);

    private readonly Planner _planner = new(options);

    /// <exception cref="ViolationException">The function broke an invariant.</exception>
    public async Task<SoakResult> RunAsync()
    {
        FunctionProcess? function = null;
        Footprint? footprint = null;
        var ledger = new Ledger(_planner, options.Invocations, options.Concurrency, settled => OnSettled(settled, footprint!));
        using var api = new HostileRuntimeApi(ledger, (exchange, gate) => function!.OpenGate(exchange, gate));
        long started = Stopwatch.GetTimestamp();
        // The function connects later than it takes to assign these: it is a process to start.
        using (function = FunctionProcess.Start(options.Function, api.Address, options.Concurrency))
        {
            footprint = new Footprint(function.Id, options.Invocations);
            try
            {
                await WaitAsync(ledger, function.ExitedAsync());
                TimeSpan time = Stopwatch.GetElapsedTime(started);
                CheckConnections(api.Connections, ledger.ConnectionsLost);
                if (await function.StopAsync() is not 0 and int exitCode)
                    throw new ViolationException($"told to stop, the function exited with {exitCode}");
                CheckLog(function.Log, ledger);
                footprint.RequireFlat(options.Concurrency);
                return new SoakResult(time, ledger, api.Connections, function.Log.Count, footprint);
            }
            catch (ViolationException e)
            {
                throw new ViolationException($"{e.Message}\n{ledger.Describe()}\nThe function's last lines:\n{string.Join('\n', function.Log.Last)}");
            }
        }
    }

    private void OnSettled(int settled, Footprint footprint)
    {
        footprint.OnSettled(settled);
        if (settled * 10L / options.Invocations > (settled - 1) * 10L / options.Invocations)
            Console.Error.WriteLine($"{settled} of {options.Invocations} invocations");
    }

    private static async Task WaitAsync(Ledger ledger, Task<int> exited)
    {
        int settled = -1;
        while (settled != ledger.Settled)
        {
            settled = ledger.Settled;
            Task first = await Task.WhenAny(ledger.Done, exited, Task.Delay(StallLimit, TimeProvider.System));
            if (first == ledger.Done)
            {
                await first;
                return;
            }
            if (first == exited)
                throw new ViolationException($"the function ended by itself with exit code {await exited}");
        }
        throw new ViolationException($"nothing has happened for {StallLimit.TotalSeconds} seconds");
    }

    /// <summary>With several loops a lost connection is replaced only when all others are in use.</summary>
    private void CheckConnections(int opened, int lost)
    {
        int most = options.Concurrency + lost;
        if (opened > most || (options.Concurrency == 1 && opened != most))
            throw new ViolationException($"{opened} connections were opened, although faults cost {lost}");
    }

    private void CheckLog(FunctionLog log, Ledger ledger)
    {
        if (log.Wrong is { } wrong)
            throw new ViolationException($"the function wrote: {wrong}");
        int expected = 0;
        for (int i = 0; i < options.Invocations; i++)
        {
            Exchange exchange = _planner.Plan(i);
            (int least, int most) = exchange.LogLines(ledger.LostPosts.Contains(i));
            int lines = log.LinesOf(exchange.RequestId);
            expected += lines;
            if (lines < least || lines > most)
                throw new ViolationException($"{lines} lines in the log instead of {least} to {most} about {exchange}");
        }
        if (log.Count != expected)
            throw new ViolationException($"{log.Count - expected} lines in the log are about no invocation");
    }
}

/// <summary>What a run without a violation did.</summary>
internal sealed record SoakResult(TimeSpan Time, Ledger Ledger, int Connections, int LogLines, Footprint Footprint);
