namespace StreamingLambda.Soak.Plan;

/// <summary>The bytes of all bodies, the same in both processes: noise, sprinkled with what could be mistaken for framing.</summary>
internal static class Pattern
{
    /// <summary>Offsets and sizes up to this are within the pattern.</summary>
    public const int Half = 1024 * 1024;

    private static readonly byte[] Bytes = Create();

    public static ReadOnlyMemory<byte> Slice(int offset, int size) => Bytes.AsMemory(offset % Half, size);

    private static byte[] Create()
    {
        byte[] bytes = new byte[2 * Half];
        var random = new Random(2026);
        random.NextBytes(bytes);
        byte[][] framing =
        [
            "\r\n0\r\n\r\n"u8.ToArray(), new byte[8], "HTTP/1.1 413 X\r\n\r\n"u8.ToArray(), "\r\n5\r\n"u8.ToArray(),
            "Lambda-Runtime-Function-Error-Type: x\r\n\r\n"u8.ToArray(),
        ];
        for (int i = 0; i < bytes.Length - 100; i += random.Next(50, 1000))
            framing[random.Next(framing.Length)].CopyTo(bytes, i);
        return bytes;
    }
}
