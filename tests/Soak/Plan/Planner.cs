using System.Text;

namespace StreamingLambda.Soak.Plan;

/// <summary>Plans each invocation from the seed and its number alone, so that a run can be repeated whatever the timing.</summary>
internal sealed class Planner(SoakOptions options)
{
    /// <summary>One in so many invocations takes its thread or the pool's; one group in so many where several run at a time.</summary>
    private const int BetweenBlocked = 50;

    private const int MaxEvent = 6 * 1024 * 1024;

    private static readonly Behaviour[] Behaviours =
    [
        .. Enum.GetValues<Behaviour>().Where(behaviour =>
            behaviour is not (Behaviour.Echo or Behaviour.BlockThread or Behaviour.BlockPool) && !behaviour.TakesThread()),
    ];

    /// <summary>Those that come back to the connection in the middle of the body, after their first write.</summary>
    private static readonly Behaviour[] WithGateInBody =
    [
        Behaviour.Finish, Behaviour.WriteAndFinish, Behaviour.Stream, Behaviour.SwallowFailure, Behaviour.ThrowInBody,
        Behaviour.ThrowAfterFinish, Behaviour.ReturnWithoutFinishing,
    ];

    /// <summary>Those that go on after the answer.</summary>
    private static readonly Behaviour[] WithBackgroundWork =
    [
        Behaviour.Finish, Behaviour.WriteAndFinish, Behaviour.Stream, Behaviour.SwallowFailure, Behaviour.WriteAfterFinish,
        Behaviour.CancelledWrite, Behaviour.HostileHeaders,
    ];

    private readonly Fault[] _delivery = [.. FaultFacts.OfDelivery.Where(fault => IsPossible(fault, options))];
    private readonly Fault[] _answer = [.. FaultFacts.OfAnswer.Where(fault => IsPossible(fault, options))];
    private readonly Behaviour[] _blocked = [.. Enum.GetValues<Behaviour>().Where(behaviour => IsPossible(behaviour, options))];

    public Exchange Plan(int index)
    {
        Random random = CreateRandom(index);
        if (IsBlocked(index))
            return PlanBlocked(random, index);
        BadInput input = random.Next(10) < 3 ? Choose(random, Enum.GetValues<BadInput>()) : BadInput.None;
        if (input == BadInput.HugeEvent && random.Next(30) > 0)
            input = BadInput.None;
        bool echo = input is BadInput.HugeEvent or BadInput.EmptyEvent or BadInput.NotJson;

        Fault delivery = random.Next(2) == 0 ? Fault.None : Choose(random, _delivery);
        // These need the whole answer to be in one packet, or to have arrived, and a handler that waits.
        bool large = input is BadInput.LargeEvent or BadInput.HugeEvent;
        if ((large && delivery == Fault.CloseWithAnswer) || ((large || echo) && delivery.IsWhileIdle()))
            delivery = Fault.None;
        Fault answer = random.Next(5) < 2 ? Fault.None : Choose(random, _answer);
        if (delivery == Fault.CloseAfterAnswer
            || (answer.IsToBlockedWrite() && random.Next(20) > 0)
            || (echo && (answer.IsWhileIdle() || answer.IsInBody() || answer.IsToBlockedWrite() || answer == Fault.PauseReading)))
        {
            answer = Fault.None;
        }

        Script script = echo ? new Script { Index = index, Behaviour = Behaviour.Echo } : PlanScript(random, index, input, delivery, answer);
        return new Exchange
        {
            Script = script,
            Event = echo ? RawEvent(random, input) : script.ToEvent(),
            RequestId = input == BadInput.OddRequestId ? $"soak {index}/../\u00fc?a=b#%2F" : $"soak-{index:D6}",
            InvocationId = random.Next(2) == 0 ? null : $"nonce-{random.Next()}",
            BadInput = input,
            Delivery = delivery,
            Answer = answer,
            AnswerStatus = ChooseStatus(random, answer),
            Seed = random.Next(),
        };
    }

    private static Script PlanScript(Random random, int index, BadInput input, Fault delivery, Fault answer)
    {
        Behaviour behaviour = answer switch
        {
            _ when answer.IsToBlockedWrite() || answer == Fault.PauseReading => Choose(random, [Behaviour.Finish, Behaviour.SwallowFailure]),
            _ when answer.IsInBody() => Choose(random, WithGateInBody),
            _ when answer.IsWhileIdle() => Choose(random, WithBackgroundWork),
            _ => Choose(random, Behaviours),
        };
        return new Script
        {
            Index = index,
            Behaviour = behaviour,
            Status = random.Next(4) == 0 ? 0 : Choose(random, [200, 200, 201, 204, 404, 503]),
            Writes = PlanWrites(random, behaviour, answer),
            Offset = random.Next(Pattern.Half),
            Hostile = random.Next(1000),
            AllowEmptyBody = random.Next(4) == 0,
            Gates = GatesFor(delivery, answer),
            Padding = input == BadInput.LargeEvent ? new string('p', random.Next(100_000, 1_000_000)) : null,
        };
    }

    private static int[] PlanWrites(Random random, Behaviour behaviour, Fault answer)
    {
        if (answer.IsToBlockedWrite())
            return [.. Enumerable.Repeat(Pattern.Half, 16)];
        if (answer == Fault.PauseReading)
            return [.. Enumerable.Repeat(64 * 1024, random.Next(5, 40))];
        if (behaviour is Behaviour.OverlappingCall or Behaviour.UnawaitedWrite)
            return [random.Next(1, random.Next(2) == 0 ? 100 : Pattern.Half)];
        if (answer.IsInBody())
        {
            // Nothing but the end of the body may be left to do when the fault comes.
            int least = behaviour == Behaviour.WriteAndFinish ? 1 : 0;
            int more = behaviour is Behaviour.ThrowInBody or Behaviour.ReturnWithoutFinishing ? 0 : random.Next(least, random.Next(2) == 0 ? 2 : 20);
            return [random.Next(1, 30_000), .. Sizes(random, more, 1, 2000)];
        }
        int[] writes = random.Next(100) switch
        {
            < 8 => [],
            < 12 => [0, 0],
            < 50 => [random.Next(1, 200)],
            < 75 => Sizes(random, random.Next(20, 200), 0, 50),
            < 97 => Sizes(random, random.Next(1, 6), 1, 20_000),
            _ => Sizes(random, random.Next(1, 3), 50_000, 500_000),
        };
        bool needsOne = behaviour is Behaviour.WriteAndFinish or Behaviour.ThrowInBody or Behaviour.ReturnWithoutFinishing;
        return needsOne && writes.Length == 0 ? [0] : writes;
    }

    private static int[] Sizes(Random random, int count, int from, int to) => [.. Enumerable.Range(0, count).Select(_ => random.Next(from, to))];

    /// <summary>Whether a handler takes its thread. Where several run at a time as many in a row do: all must be let in before one goes on.</summary>
    private bool IsBlocked(int index) => _blocked.Length > 0
        && index / options.Concurrency % BetweenBlocked == BetweenBlocked / 2
        && GroupOf(index, options.Concurrency) + options.Concurrency <= options.Invocations;

    /// <summary>The first of the invocations that an invocation waits with.</summary>
    public static int GroupOf(int index, int concurrency) => index - (index % concurrency);

    private Exchange PlanBlocked(Random random, int index)
    {
        Behaviour behaviour = Choose(random, _blocked);
        int more = behaviour == Behaviour.BlockInBody ? random.Next(5) : random.Next(20, 200);
        var script = new Script
        {
            Index = index,
            Behaviour = behaviour,
            Status = random.Next(2) == 0 ? 0 : 200,
            Writes = [random.Next(1, 100), .. Sizes(random, more, 1, 100)],
            Offset = random.Next(Pattern.Half),
            Gates = [GatePoint.Blocked],
        };
        return new Exchange
        {
            Script = script,
            Event = script.ToEvent(),
            RequestId = $"soak-{index:D6}",
            InvocationId = null,
            BadInput = BadInput.None,
            Delivery = Fault.None,
            Answer = Fault.None,
            AnswerStatus = 202,
            Seed = random.Next(),
        };
    }

    private static GatePoint[] GatesFor(Fault delivery, Fault answer) =>
    [
        .. delivery.IsWhileIdle() ? [GatePoint.Before] : Array.Empty<GatePoint>(),
        .. answer.IsInBody() ? [GatePoint.InBody] : Array.Empty<GatePoint>(),
        .. answer.IsWhileIdle() ? [GatePoint.After] : Array.Empty<GatePoint>(),
    ];

    private static ReadOnlyMemory<byte> RawEvent(Random random, BadInput input) => input switch
    {
        BadInput.HugeEvent => Encoding.ASCII.GetBytes(new string('h', MaxEvent)),
        BadInput.NotJson => Pattern.Slice(random.Next(Pattern.Half), random.Next(1, 5000)),
        _ => default,
    };

    private static int ChooseStatus(Random random, Fault answer) => answer switch
    {
        Fault.Refused => Choose(random, [400, 403, 410, 413]),
        Fault.EarlyAnswer or Fault.EarlyAnswerAndClose => Choose(random, [400, 410, 413]),
        Fault.EarlyAnswerToBlockedWrite => 413,
        _ => 202,
    };

    /// <summary>With several loops a connection is never known to be idle, nor which request is on its way. Closing with the very packet of an
    /// answer takes TCP_CORK, which Linux has.</summary>
    private static bool IsPossible(Fault fault, SoakOptions options) =>
        (options.Concurrency == 1 || !(fault.IsWhileIdle() || fault == Fault.CloseAfterAnswer))
        && (OperatingSystem.IsLinux() || fault != Fault.CloseWithAnswer)
        && !options.Without.Contains(fault.ToString());

    private static bool IsPossible(Behaviour behaviour, SoakOptions options) =>
        behaviour.TakesThread() && (options.Concurrency == 1 || !behaviour.TakesPool()) && !options.Without.Contains(behaviour.ToString());

    private static T Choose<T>(Random random, T[] choices) => choices[random.Next(choices.Length)];

    /// <summary>Mixes seed and number well (a step of splitmix64): neighbouring seeds of <see cref="Random"/> begin alike.</summary>
    private Random CreateRandom(int index)
    {
        ulong mixed = ((ulong)(uint)options.Seed << 32) + (uint)index;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return new Random((int)(mixed >> 33));
    }
}
