using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>What is kept for the page has bounds, whoever looks at it. The emulator as a process of its own, whose memory nothing else is
/// in.</summary>
public sealed class RecordingBoundsTests
{
    private const int Calls = 96;
    private const int Megabyte = 1024 * 1024;

    /// <summary>The invocations that may be kept, the emulator itself, and two megabytes for each reader. .NET ends a process that needs
    /// more.</summary>
    private const int HeapLimit = 256 * Megabyte;

    /// <summary>Long responses of four megabytes, and short ones between them: with the long ones alone there is room for sixteen.</summary>
    private static readonly string Long = TestEmulator.Script(["head"], ["fill", "64", "65536"], ["end"]);

    private static readonly string Short = TestEmulator.Script(["head"], ["fill", "1", "100"], ["end"]);

    [Fact]
    public async Task A_hundred_invocations_and_64_MB_are_kept_also_for_readers_who_do_not_read()
    {
        string[] arguments = ["--no-limits", "--auth", "NONE", "--port", "0", "--bootstrap", TestEmulator.BootstrapPath];
        var environment = new Dictionary<string, string?>
        {
            ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("X", CultureInfo.InvariantCulture),
        };
        await using RunningProgram emulator = RunningProgram.Start(BuiltPrograms.Emulator, arguments, environment);
        using var client = new PageClient(await AddressAsync(emulator, @"listens on (\S+)"));
        using var page = new PageClient(await AddressAsync(emulator, @"chunk by chunk: (\S+)"));
        var stuck = new List<TcpClient>();
        try
        {
            for (int i = 0; i < Calls; i++)
            {
                using HttpResponseMessage response = await client.SendAsync("/invoke", i % 2 == 0 ? Long : Short);
                Assert.Equal(i % 2 == 0 ? 64 * 65536 : 100, (await response.Content.ReadAsByteArrayAsync()).Length);
                if (i % 4 == 0)
                {
                    stuck.Add(await OpenAsync(page, "/api/invocations/latest/feed"));
                    stuck.Add(await OpenAsync(page, "/api/feed"));
                }
            }

            JsonElement[] kept = [.. (await page.GetAsync("/api/invocations")).GetProperty("invocations").EnumerateArray()];
            Assert.InRange(kept.Length, 16, 100);
            Assert.InRange(kept.Sum(one => one.GetProperty("keptBytes").GetInt64()), 32 * Megabyte, 64 * Megabyte);

            // The short ones alone fill the list.
            for (int i = 0; i < 120; i++)
                (await client.SendAsync("/invoke", Short)).Dispose();
            Assert.Equal(100, (await page.GetAsync("/api/invocations")).GetProperty("invocations").GetArrayLength());
        }
        finally
        {
            stuck.ForEach(reader => reader.Dispose());
        }
        Assert.DoesNotContain("OutOfMemory", emulator.Output, StringComparison.Ordinal);
    }

    private static async Task<Uri> AddressAsync(RunningProgram emulator, string pattern) =>
        new((await emulator.WaitForOutputAsync(pattern)).Groups[1].Value);

    // Asks, and never reads more of the answer than its beginning.
    private static async Task<TcpClient> OpenAsync(PageClient page, string path)
    {
        Uri address = page.Uri(path);
        var reader = new TcpClient { ReceiveBufferSize = 4096 };
        await reader.ConnectAsync(address.Host, address.Port);
        NetworkStream stream = reader.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"));
        byte[] begin = new byte["HTTP/1.1 200 OK".Length];
        await stream.ReadExactlyAsync(begin).AsTask().WaitAsync(TestEmulator.Patience);
        Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(begin));
        return reader;
    }
}
