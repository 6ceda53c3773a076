using System.Buffers;
using System.Collections.Concurrent;

namespace StreamingLambda.Emulator.Http.Transport;

/// <summary>Memory for connections, in blocks of one size, however little is asked for: Kestrel asks for 4 KB and makes do with more.</summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>One for all connections, as long as the emulator runs.</summary>
    public static readonly BlockPool Instance = new();

    /// <summary>What one system call moves at most.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>More than this many unused blocks are left to the garbage collector.</summary>
    private const int MaxKept = 128;

    private readonly ConcurrentQueue<Block> _unused = new();

    public override int MaxBufferSize => BlockSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_unused.TryDequeue(out Block? block))
            return new Block(this);
        block.IsRented = true;
        return block;
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        public bool IsRented { get; set; } = true;

        // Pinned, so that the collector need not move it while a system call uses it.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public void Dispose()
        {
            if (!IsRented)
                return;
            IsRented = false;
            if (pool._unused.Count < MaxKept)
                pool._unused.Enqueue(this);
        }
    }
}
