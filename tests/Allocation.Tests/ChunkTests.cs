using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

using StreamingLambda.Runtime;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace StreamingLambda.Allocation.Tests;

/// <summary>Chunks cost no garbage once a response is under way, however they are sent. Counted in the whole process, which is why these tests
/// have one to themselves, and run one at a time.</summary>
public sealed class ChunkTests
{
    private const int Batches = 200;

    private static readonly byte[] Block = new byte[64 * 1024];

    /// <summary>The smallest object there is: less than one for ten chunks.</summary>
    private const double SmallestObject = 24;

    public static TheoryData<string, int> Writes => new()
    {
        { "gathered", 2500 },
        { "text", 2500 },
        { "apart", 25 },
        { "large", 10 },
        { "pipe", 2500 },
        { "large pipe", 10 },
        { "JSON", 2500 },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_chunk_allocates_nothing(string kind, int chunksPerBatch)
    {
        double[] bytesPerChunk = new double[Batches];
        await OneInvocation.RunAsync(async (response, _) =>
        {
            PipeWriter body = response.AsPipeWriter();
            await using var json = new Utf8JsonWriter(body);
            // Pools, buffers and the thread pool's own structures come to be with the first ones.
            await WriteAsync(response, body, json, kind, chunksPerBatch * Batches / 4);
            for (int i = 0; i < Batches; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                await WriteAsync(response, body, json, kind, chunksPerBatch);
                bytesPerChunk[i] = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)chunksPerBatch;
            }
            await response.FinishAsync();
        });

        // The median: a write that has to wait for a slow reader does allocate, once for the wait.
        double median = bytesPerChunk.Order().ElementAt(Batches / 2);
        Assert.True(median < SmallestObject / 10, $"{median.ToString(CultureInfo.InvariantCulture)} bytes per chunk");
    }

    [Fact]
    public async Task A_long_text_costs_its_own_size()
    {
        string text = new('x', 20_000_000);
        long allocated = 0;
        await OneInvocation.RunAsync(async (response, _) =>
        {
            await response.WriteAsync("first");
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await response.WriteAsync(text);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            await response.FinishAsync();
        });

        Assert.InRange(allocated, text.Length, text.Length * 1.1);
    }

    private static async Task WriteAsync(ResponseStreamWriter response, PipeWriter body, Utf8JsonWriter json, string kind, int count)
    {
        if (kind is "pipe" or "large pipe" or "JSON")
        {
            await WriteToPipeAsync(body, json, kind, count);
            return;
        }
        ReadOnlyMemory<byte> bytes = kind == "large" ? Block : Block.AsMemory(0, 10);
        for (int i = 0; i < count; i++)
        {
            if (kind == "text")
                await response.WriteAsync("ten chars.");
            else
                await response.WriteAsync(bytes);
            if (kind == "apart")
                LetTimePass();
        }
    }

    private static async Task WriteToPipeAsync(PipeWriter body, Utf8JsonWriter json, string kind, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (kind == "JSON")
            {
                json.Reset();
                json.WriteStartObject();
                json.WriteNumber("id"u8, i);
                json.WriteEndObject();
                await json.FlushAsync();
            }
            else
            {
                int size = kind == "pipe" ? 10 : Block.Length;
                body.GetSpan(size)[..size].Fill((byte)'x');
                body.Advance(size);
            }
            await body.FlushAsync();
        }
    }

    /// <summary>More than the 50 microseconds within which chunks belong together.</summary>
    private static void LetTimePass()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMicroseconds(60))
            Thread.SpinWait(10);
    }
}
