using System.Collections.Concurrent;

using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace StreamingLambda.Examples.Tests;

/// <summary>The MCP server, called by the C# SDK's client and by the one that the protocol's authors publish for Node.</summary>
public sealed class McpServerTests
{
    [Fact]
    public async Task The_CSharp_client_lists_and_calls_its_tools_and_sees_their_progress()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(await Example.PublishAsync("mcp-server"), "mcp-server");
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = new Uri(emulator.Http.BaseAddress!, "/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
            },
            emulator.Http);
        await using McpClient client = await McpClient.CreateAsync(transport);

        Assert.Equal(["add", "write_report"], (await client.ListToolsAsync()).Select(tool => tool.Name).Order());

        CallToolResult sum = await client.CallToolAsync("add", new Dictionary<string, object?> { ["a"] = 2, ["b"] = 3 });
        Assert.Equal("5", Assert.IsType<TextContentBlock>(Assert.Single(sum.Content)).Text);

        var progress = new ProgressLog();
        CallToolResult report = await client.CallToolAsync("write_report", new Dictionary<string, object?> { ["sections"] = 3 }, progress);
        Assert.Equal("Section 1\nSection 2\nSection 3", Assert.IsType<TextContentBlock>(Assert.Single(report.Content)).Text);
        Assert.Equal([1, 2, 3], progress.Seen.Select(value => (int)value.Progress));

        CallToolResult refused = await client.CallToolAsync("write_report", new Dictionary<string, object?> { ["sections"] = 99 });
        Assert.True(refused.IsError);
        Assert.Contains("1 to 10 sections", Assert.IsType<TextContentBlock>(Assert.Single(refused.Content)).Text, StringComparison.Ordinal);
    }

    private sealed class ProgressLog : IProgress<ProgressNotificationValue>
    {
        public ConcurrentQueue<ProgressNotificationValue> Seen { get; } = [];

        public void Report(ProgressNotificationValue value) => Seen.Enqueue(value);
    }
}
