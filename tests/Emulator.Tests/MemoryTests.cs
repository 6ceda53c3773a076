using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>The emulator as a process of its own, whose memory nothing else is in.</summary>
public sealed class MemoryTests
{
    private const int Chunks = 100;
    private const int ChunkSize = 1_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_reader_slows_the_function_and_the_emulators_memory_stays_flat()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is read from /proc.");
        using Process emulator = Start();
        try
        {
            int port = await ReadPortAsync(emulator);
            // The first invocation brings code and buffers into memory.
            await ReadSlowlyAsync(port, 5, () => { });
            long before = ResidentBytes(emulator);
            long most = 0;
            long received = await ReadSlowlyAsync(port, Chunks, () => most = Math.Max(most, ResidentBytes(emulator)));

            Assert.InRange(received, (long)Chunks * ChunkSize, (Chunks + 1L) * ChunkSize);
            Assert.InRange(most - before, long.MinValue, Chunks * ChunkSize / 3);
        }
        finally
        {
            emulator.Kill(entireProcessTree: true);
        }
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo(BuiltPrograms.Emulator) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        foreach (string argument in (string[])["--no-limits", "--auth", "NONE", "--port", "0", "--bootstrap", TestEmulator.BootstrapPath])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task<int> ReadPortAsync(Process emulator)
    {
        const string Before = "listens on http://127.0.0.1:";
        while (await emulator.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(TestEmulator.Patience) is { } line)
        {
            if (line.IndexOf(Before, StringComparison.Ordinal) is >= 0 and var at)
            {
                // Whatever else it prints must not fill the pipe.
                _ = emulator.StandardOutput.ReadToEndAsync(Token);
                return int.Parse(line[(at + Before.Length)..].TrimEnd('/'), CultureInfo.InvariantCulture);
            }
        }
        throw new InvalidOperationException("The emulator ended before it listened.");
    }

    // 1 MB, then a pause: the function could send hundreds of MB in the meantime.
    private static async Task<long> ReadSlowlyAsync(int port, int chunks, Action afterEach)
    {
        using var client = new TcpClient("127.0.0.1", port) { ReceiveBufferSize = 64 * 1024 };
        NetworkStream stream = client.GetStream();
        string script = TestEmulator.Script(
            ["head"], ["fill", chunks.ToString(CultureInfo.InvariantCulture), ChunkSize.ToString(CultureInfo.InvariantCulture)], ["end"]);
        string head = $"POST /invoke HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {script.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + script), Token);
        byte[] buffer = new byte[ChunkSize];
        long received = 0;
        int count;
        do
        {
            count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, Token).AsTask().WaitAsync(TestEmulator.Patience);
            received += count;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
            afterEach();
        }
        while (count == buffer.Length);
        return received;
    }

    private static long ResidentBytes(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}
