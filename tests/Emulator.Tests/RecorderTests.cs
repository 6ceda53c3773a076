using System.Buffers;
using StreamingLambda.Emulator.Invocations;
using StreamingLambda.Emulator.Page.Recording;

namespace StreamingLambda.Emulator.Tests;

/// <summary>How much is kept of what happened, and what makes room.</summary>
public sealed class RecorderTests
{
    private readonly Clock _time = new();

    [Fact]
    public void The_oldest_that_has_ended_makes_room_and_not_one_that_runs()
    {
        var recorder = new Recorder(_time, new RecorderLimits { Invocations = 3 });
        RecordedInvocation running = Begin(recorder, "running");
        foreach (string id in new[] { "a", "b", "c" })
            Begin(recorder, id).OnEnd();

        Assert.Equal(["running", "b", "c"], Ids(recorder));
        Assert.False(running.IsDropped);
    }

    [Fact]
    public void Where_all_run_the_oldest_is_not_kept_any_more()
    {
        var recorder = new Recorder(_time, new RecorderLimits { Invocations = 2 });
        RecordedInvocation first = Begin(recorder, "a");
        Begin(recorder, "b");
        Begin(recorder, "c");
        Receive(first, 100);

        Assert.Equal(["b", "c"], Ids(recorder));
        Assert.Equal(0, first.Read().Chunks);
    }

    [Fact]
    public void What_has_made_room_holds_nothing_more_although_somebody_holds_it()
    {
        var recorder = new Recorder(_time, new RecorderLimits { Invocations = 1 });
        RecordedInvocation first = Begin(recorder, "a", new byte[1000]);
        Receive(first, 1000);
        first.OnLogLine("a line");
        Begin(recorder, "b");
        Receive(first, 1000);
        first.OnLogLine("another");

        Assert.Equal(
            (null, 0, 0, 0),
            (first.Event, first.ReadContent(0, 2000).Length, first.ReadChunks(0, 10).Length, first.ReadLines(0, 10).Length));
        Assert.Equal(0, recorder.Bytes);
    }

    [Fact]
    public void Ten_thousand_chunks_cost_their_notes_and_no_objects()
    {
        RecordedInvocation invocation = Begin(new Recorder(_time, new RecorderLimits()), "a");
        ReadOnlySequence<byte> data = Data(new byte[10]);
        Receive(invocation, 10);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
            invocation.OnReceived(data, _time.GetTimestamp());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Notes of 32 bytes in a list that doubles its room, and ten bytes of content in blocks that do.
        Assert.InRange(allocated / 10_000.0, 32, 150);
        Assert.Equal(10_001, invocation.Read().Chunks);
    }

    [Fact]
    public void All_together_stay_within_their_bytes_and_the_newest_is_whole()
    {
        var limits = new RecorderLimits { Bytes = 1_000_000, ResponseBytes = 400_000 };
        var recorder = new Recorder(_time, limits);
        for (int i = 0; i < 20; i++)
        {
            RecordedInvocation invocation = Begin(recorder, $"{i}", new byte[10_000]);
            for (int j = 0; j < 30; j++)
                Receive(invocation, 10_000);
            invocation.OnEnd();
            Assert.True(recorder.Bytes <= limits.Bytes, $"{recorder.Bytes}");
            Assert.Equal(300_000, invocation.Read().KeptBytes);
        }
        Assert.InRange(recorder.Kept.Count, 2, 3);
    }

    [Fact]
    public void What_runs_alone_and_wants_everything_is_kept_in_part()
    {
        var recorder = new Recorder(_time, new RecorderLimits { Bytes = 100_000, ResponseBytes = 1_000_000 });
        RecordedInvocation invocation = Begin(recorder, "a");
        for (int i = 0; i < 100; i++)
            Receive(invocation, 10_000);

        RecordedState state = invocation.Read();
        Assert.Equal(1_000_000, state.Bytes);
        Assert.InRange(state.KeptBytes, 20_000, 100_000);
        Assert.InRange(recorder.Bytes, 20_000, 100_000);
    }

    [Fact]
    public void Of_a_long_response_the_beginning_is_kept_and_the_rest_is_measured()
    {
        var recorder = new Recorder(_time, new RecorderLimits { ResponseBytes = 1000 });
        RecordedInvocation invocation = Begin(recorder, "a");
        for (byte i = 0; i < 30; i++)
            invocation.OnReceived(Data(Enumerable.Repeat(i, 100).ToArray()), _time.GetTimestamp());

        Assert.Equal(30, invocation.Read().Chunks);
        Assert.Equal(3000, invocation.Read().Bytes);
        Assert.Equal(Enumerable.Range(0, 10).SelectMany(i => Enumerable.Repeat((byte)i, 100)), invocation.ReadContent(0, 3000));
        Assert.Equal(Enumerable.Repeat((byte)9, 50), invocation.ReadContent(950, 1000));
        Assert.Empty(invocation.ReadContent(1000, 10));
    }

    [Fact]
    public void Content_comes_back_as_it_went_in_however_it_is_cut()
    {
        var random = new Random(7);
        byte[] content = new byte[700_000];
        random.NextBytes(content);
        RecordedInvocation invocation = Begin(new Recorder(_time, new RecorderLimits()), "a");
        for (int at = 0, length; at < content.Length; at += length)
        {
            length = Math.Min(random.Next(1, 3) == 1 ? random.Next(1, 50) : random.Next(1, 90_000), content.Length - at);
            invocation.OnReceived(Data(content.AsSpan(at, length).ToArray()), _time.GetTimestamp());
        }

        Assert.Equal(content, invocation.ReadContent(0, content.Length));
        for (int i = 0; i < 200; i++)
        {
            int from = random.Next(content.Length);
            int length = random.Next(content.Length - from);
            Assert.True(content.AsSpan(from, length).SequenceEqual(invocation.ReadContent(from, length)));
        }
    }

    [Fact]
    public void Very_many_chunks_are_noted_together_and_none_is_lost()
    {
        var recorder = new Recorder(_time, new RecorderLimits { FineChunks = 100, Coarse = TimeSpan.FromMilliseconds(10) });
        RecordedInvocation invocation = Begin(recorder, "a");
        for (int i = 0; i < 1100; i++)
        {
            Receive(invocation, 3);
            _time.Ticks += TimeSpan.TicksPerMillisecond;
        }

        RecordedChunk[] notes = invocation.ReadChunks(0, int.MaxValue);
        Assert.InRange(notes.Length, 195, 205);
        Assert.Equal(1100, notes.Sum(note => note.Count));
        Assert.Equal(3300, notes.Sum(note => note.Length));
        Assert.Equal(1100, invocation.Read().Chunks);
    }

    [Fact]
    public void A_log_without_end_is_kept_in_part_and_the_rest_is_counted()
    {
        RecordedInvocation invocation = Begin(new Recorder(_time, new RecorderLimits { LogBytes = 10_000 }), "a");
        for (int i = 0; i < 1000; i++)
            invocation.OnLogLine("a line of this length");

        RecordedState state = invocation.Read();
        Assert.InRange(state.Lines, 50, 200);
        Assert.Equal(1000, state.Lines + state.LinesLost);
    }

    [Fact]
    public void Clearing_forgets_what_has_ended_and_keeps_what_runs()
    {
        var recorder = new Recorder(_time, new RecorderLimits());
        Begin(recorder, "running", new byte[100]);
        Begin(recorder, "ended", new byte[1000]).OnEnd();
        recorder.Clear();

        Assert.Equal(["running"], Ids(recorder));
        Assert.Equal(100, recorder.Bytes);
    }

    [Fact]
    public async Task A_change_wakes_all_who_wait_for_it_and_none_is_missed()
    {
        var signal = new ChangeSignal();
        int value = 0;
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                Task next = signal.Next();
                if (Volatile.Read(ref value) == 100_000)
                    return;
                await next;
            }
        }))];
        for (int i = 0; i < 100_000; i++)
        {
            Interlocked.Increment(ref value);
            signal.Set();
        }
        await Task.WhenAll(readers).WaitAsync(TestEmulator.Patience);
    }

    private static RecordedInvocation Begin(Recorder recorder, string id, byte[]? payload = null) => (RecordedInvocation)recorder.Begin(
        new InvokeRequest { RequestId = id, Event = payload ?? [], TraceId = "Root=1" }, TestEmulator.Settings);

    private void Receive(RecordedInvocation invocation, int bytes) => invocation.OnReceived(Data(new byte[bytes]), _time.GetTimestamp());

    private static ReadOnlySequence<byte> Data(byte[] bytes) => new(bytes);

    private static IEnumerable<string> Ids(Recorder recorder) => recorder.Kept.Select(one => one.Request.RequestId);

    private sealed class Clock : TimeProvider
    {
        public long Ticks { get; set; } = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
