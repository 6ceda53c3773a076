namespace StreamingLambda.Allocation.Tests;

/// <summary>What is written leaves at once although the thread pool has no thread to spare. It is the whole process's pool, which is why these tests
/// are here, where one test runs at a time.</summary>
public sealed class BusyThreadPoolTests
{
    private const int Chunks = 20;

    /// <summary>The pool gives itself a thread or two a second when its own do not come back: far later than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gathered_chunks_arrive_while_handlers_keep_the_pool_busy(bool finishes)
    {
        bool arrived = false;
        await OneInvocation.RunAsync(async (response, invocation) =>
        {
            // The first write makes the request; what its head takes is not known here.
            await response.WriteAsync("0123456789");
            Assert.True(invocation.WaitFor(1, Patience));
            using var busy = new BusyPool();
            long before = invocation.Received;
            for (int i = 0; i < Chunks; i++)
            {
                ValueTask write = response.WriteAsync("0123456789");
                Assert.True(write.IsCompletedSuccessfully);
                await write;
            }
            ValueTask finish = finishes ? response.FinishAsync() : default;
            // Each is a, CR, LF, ten bytes, CR, LF; the end is 0 and two line ends.
            arrived = invocation.WaitFor(before + Chunks * 15 + (finishes ? 5 : 0), Patience);
            busy.Release();
            await finish;
            if (!finishes)
                await response.FinishAsync();
        });

        Assert.True(arrived);
    }

    /// <summary>Work for the pool that stays until it is released, with more of it waiting in line than the pool comes to in the time of a
    /// test.</summary>
    private sealed class BusyPool : IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly CountdownEvent _running = new(Items);

        private static readonly int Items = Environment.ProcessorCount * 32;

        public BusyPool()
        {
            for (int i = 0; i < Items; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ =>
                {
                    _released.Wait();
                    _running.Signal();
                }, null);
            }
        }

        public void Release() => _released.Set();

        public void Dispose()
        {
            Release();
            Assert.True(_running.Wait(Patience * 4));
            _running.Dispose();
            _released.Dispose();
        }
    }
}
