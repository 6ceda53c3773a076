using StreamingLambda.Bench.Processes;

namespace StreamingLambda.Bench.Tests;

/// <summary>A start that is said to be uncached has nothing of its file in memory, or there is no figure.</summary>
public sealed class PageCacheTests : IDisposable
{
    private const int Pages = 64;

    private readonly string _file = Path.GetTempFileName();

    public PageCacheTests() => File.WriteAllBytes(_file, new byte[Pages * Environment.SystemPageSize]);

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void An_evicted_file_is_not_in_memory_until_it_is_read()
    {
        Assert.Equal((Pages, Pages), PageCache.Count(_file));
        SkipWithoutDisk();

        PageCache.Evict(_file);
        (long evicted, long pages) = PageCache.Count(_file);
        _ = File.ReadAllBytes(_file);

        Assert.Equal((0, Pages), (evicted, pages));
        Assert.Equal((Pages, Pages), PageCache.Count(_file));
    }

    [Fact]
    public void A_file_that_stays_in_memory_is_refused_with_the_way_out()
    {
        // Where nothing can be evicted from, on a disk or not.
        const string InMemory = "/dev/shm";
        Assert.SkipUnless(Directory.Exists(InMemory), $"There is no {InMemory} here.");
        string file = Path.Combine(InMemory, $"bench-{Guid.NewGuid():N}");
        File.WriteAllBytes(file, new byte[Environment.SystemPageSize]);
        try
        {
            BenchmarkException refused = Assert.Throws<BenchmarkException>(() => PageCache.Evict(file));

            Assert.Contains("1 of 1 pages", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Set TMPDIR to a directory on a disk", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_empty_file_has_no_pages()
    {
        File.WriteAllBytes(_file, []);

        PageCache.Evict(_file);

        Assert.Equal((0, 0), PageCache.Count(_file));
    }

    private static void SkipWithoutDisk() => Assert.SkipWhen(
        new DriveInfo(Path.GetTempPath()).DriveFormat is "tmpfs" or "ramfs", "The directory for temporary files is in memory: nothing leaves it.");
}
