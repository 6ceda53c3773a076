using System.Globalization;
using System.Net;
using System.Net.Sockets;

using StreamingLambda.Soak.Plan;
using StreamingLambda.Tests.Shared;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Soak.Driver;

/// <summary>Plays the Runtime API on raw sockets, as the plan of each invocation says.</summary>
internal sealed class HostileRuntimeApi : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Ledger _ledger;
    private readonly Action<Exchange, GatePoint> _openGate;
    private int _connections;

    public HostileRuntimeApi(Ledger ledger, Action<Exchange, GatePoint> openGate)
    {
        _ledger = ledger;
        _openGate = openGate;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>How many connections the function has opened.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new ServerConnection(await _listener.AcceptAsync());
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task ServeAsync(ServerConnection connection)
    {
        // Outside the try: the function must not see the end of the connection, and react, before a violation is recorded.
        using ServerConnection owned = connection;
        Exchange? exchange = null;
        try
        {
            bool open = true;
            while (open && await connection.ReadHeadAsync() is { } head)
            {
                exchange = head.IsNext ? _ledger.Begin() : _ledger.Find(head);
                if (exchange is null)
                    await connection.DrainAsync();
                else if (head.IsNext)
                    open = await DeliverAsync(connection, exchange);
                else
                    open = await ReceiveAsync(connection, exchange, head);
            }
        }
        catch (Exception e)
        {
            bool saysAll = e is ViolationException or InvalidDataException or EndOfStreamException;
            _ledger.Fail(new ViolationException($"{e.Message}\n{exchange}\n{(saysAll ? "" : e)}"));
        }
    }

    /// <summary>Answers <c>GET next</c>.</summary>
    /// <returns>Whether the connection lives on.</returns>
    private async Task<bool> DeliverAsync(ServerConnection connection, Exchange exchange)
    {
        var random = new Random(exchange.Seed);
        bool open = await Answers.SendAsync(connection, exchange.Delivery, random, 200, HeadersOf(exchange, random), exchange.Event);
        if (exchange.Delivery.IsWhileIdle())
            CloseIdle(connection, exchange, exchange.Delivery, GatePoint.Before);
        return open && !exchange.Delivery.IsWhileIdle();
    }

    /// <summary>Takes what the function posts, and answers it.</summary>
    /// <returns>Whether the connection lives on.</returns>
    private async Task<bool> ReceiveAsync(ServerConnection connection, Exchange exchange, RecordedHead head)
    {
        var post = new PostReader(connection, exchange, head, Expectation.Of(exchange));
        post.CheckHead();
        if (head["Transfer-Encoding"] is not null)
        {
            if (exchange.Answer.CutsBody() || exchange.Answer == Fault.EarlyAnswerToBlockedWrite)
            {
                await InterruptAsync(connection, exchange, post);
                return false;
            }
            await ReadBeginningAsync(connection, exchange, post);
        }
        await post.ReadAsync();
        _ledger.Settle(exchange);
        return await AnswerAsync(connection, exchange);
    }

    private async Task<bool> AnswerAsync(ServerConnection connection, Exchange exchange)
    {
        var random = new Random(~exchange.Seed);
        switch (exchange.Answer)
        {
            case Fault.CloseInsteadOfAnswer:
                connection.Close();
                return false;
            case Fault.ResetInsteadOfAnswer:
                connection.Reset();
                return false;
            case Fault.CutAnswer:
                await Answers.SendPartAsync(connection, random);
                connection.Close();
                return false;
            case Fault.Garbage:
                await Answers.SendGarbageAsync(connection, random);
                await connection.DrainAsync();
                return false;
            case Fault.CloseWhileIdle or Fault.ResetWhileIdle:
                await Answers.SendAsync(connection, exchange.Answer, random, 202, [], BodyOf(202));
                CloseIdle(connection, exchange, exchange.Answer, GatePoint.After);
                return false;
            default:
                return await Answers.SendAsync(connection, exchange.Answer, random, exchange.AnswerStatus, [], BodyOf(exchange.AnswerStatus));
        }
    }

    /// <summary>Does what has to be done before the rest of a response can come.</summary>
    private async Task ReadBeginningAsync(ServerConnection connection, Exchange exchange, PostReader post)
    {
        switch (exchange.Answer)
        {
            case Fault.PauseReading:
                await Answers.PauseAsync(5);
                break;
            case Fault.InterimToBlockedWrite:
                await Answers.PauseAsync(20); // what the sockets hold fills up
                await Answers.SendInterimAsync(connection, new Random(exchange.Seed));
                break;
            case Fault.InterimInBody:
                await post.ReadBeginningAsync(Expectation.LengthAtGate(exchange.Script));
                await Answers.SendInterimAsync(connection, new Random(exchange.Seed));
                _openGate(exchange, GatePoint.InBody);
                break;
        }
        if (!exchange.Script.Gates.Contains(GatePoint.Blocked))
            return;
        await post.ReadBeginningAsync(Expectation.LengthWhenBlocked(exchange.Script));
        foreach (Exchange ready in _ledger.Arrive(exchange))
            _openGate(ready, GatePoint.Blocked);
    }

    /// <summary>Interrupts the function in the middle of a response's body. The connection is over afterwards.</summary>
    private async Task InterruptAsync(ServerConnection connection, Exchange exchange, PostReader post)
    {
        if (exchange.Answer == Fault.EarlyAnswerToBlockedWrite)
            await Answers.PauseAsync(20); // what the sockets hold fills up
        else
            await post.ReadBeginningAsync(Expectation.LengthAtGate(exchange.Script));
        _ledger.Settle(exchange);

        if (exchange.Answer is not (Fault.CloseInBody or Fault.ResetInBody))
            await Answers.SendAsync(connection, Fault.None, new Random(exchange.Seed), exchange.AnswerStatus, [], BodyOf(exchange.AnswerStatus));
        if (exchange.Answer is Fault.CloseInBody or Fault.EarlyAnswerAndClose)
            connection.Close();
        else if (exchange.Answer == Fault.ResetInBody)
            connection.Reset();
        if (exchange.Answer.IsInBody())
            _openGate(exchange, GatePoint.InBody);
        if (exchange.Answer is Fault.EarlyAnswer or Fault.EarlySuccess && await connection.DrainAsync() is > 0 and long more)
            throw new ViolationException($"{more} bytes were sent after the answer had come");
        if (exchange.Answer == Fault.EarlyAnswerToBlockedWrite)
        {
            // Reading on would let a function that has not seen the answer yet send everything, and rightly use the connection again.
            await Answers.PauseAsync(20);
            connection.Close();
        }
    }

    /// <summary>Ends a connection while the handler waits at a gate and nothing is under way.</summary>
    private void CloseIdle(ServerConnection connection, Exchange exchange, Fault fault, GatePoint gate)
    {
        if (fault == Fault.ResetWhileIdle)
            connection.Reset();
        else
            connection.Close();
        _openGate(exchange, gate);
    }

    private static IEnumerable<(string Name, string Value)> HeadersOf(Exchange exchange, Random random)
    {
        yield return ("Lambda-Runtime-Aws-Request-Id", exchange.RequestId);
        if (exchange.BadInput == BadInput.MalformedDeadline)
            yield return ("Lambda-Runtime-Deadline-Ms", random.Next(3) switch { 0 => "soon", 1 => "-1", _ => "99999999999999999999" });
        else if (exchange.BadInput != BadInput.MissingDeadline)
            yield return ("Lambda-Runtime-Deadline-Ms", DeadlineOf(exchange).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        if (exchange.BadInput != BadInput.MissingArn)
            yield return ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:soak");
        if (exchange.InvocationId is { } id)
            yield return ("Lambda-Runtime-Invocation-Id", id);
        if (random.Next(2) == 0)
            yield return ("Lambda-Runtime-Trace-Id", $"Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled={random.Next(2)}");
        if (exchange.BadInput != BadInput.OddContext)
            yield break;
        yield return ("Lambda-Runtime-Client-Context", "{\"custom\": caf\u00e9 \u2603");
        yield return ("Lambda-Runtime-Cognito-Identity", "");
        yield return ("Lambda-Runtime-Aws-Tenant-Id", "\u00fc;=\"");
    }

    private static DateTimeOffset DeadlineOf(Exchange exchange) =>
        TimeProvider.System.GetUtcNow().AddSeconds(exchange.BadInput == BadInput.PastDeadline ? -5 : 900);

    private static byte[] BodyOf(int status) => status == 202
        ? "{\"status\":\"OK\"}"u8.ToArray()
        : "{\"errorMessage\":\"as planned\",\"errorType\":\"Soak\"}"u8.ToArray();
}
