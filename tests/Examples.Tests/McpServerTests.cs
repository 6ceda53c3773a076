using System.Globalization;
using System.Threading.Channels;

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
        Task<CallToolResult> calling = client.CallToolAsync("write_report", new Dictionary<string, object?> { ["sections"] = 3 }, progress).AsTask();
        // The client hands progress on beside the result, in no order with it.
        int[] seen = [await progress.NextAsync(), await progress.NextAsync(), await progress.NextAsync()];
        CallToolResult report = await calling;
        Assert.Equal("Section 1\nSection 2\nSection 3", Assert.IsType<TextContentBlock>(Assert.Single(report.Content)).Text);
        Assert.Equal([1, 2, 3], seen.Order());

        CallToolResult refused = await client.CallToolAsync("write_report", new Dictionary<string, object?> { ["sections"] = 99 });
        Assert.True(refused.IsError);
        Assert.Contains("1 to 10 sections", Assert.IsType<TextContentBlock>(Assert.Single(refused.Content)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_for_Node_sees_progress_before_the_result()
    {
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(await Example.PublishAsync("mcp-server"), "mcp-server");

        string output = await NodeMcpClient.RunAsync(new Uri(emulator.Http.BaseAddress!, "/mcp"));

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["tools add write_report", "sum 5"], lines[..2]);
        Assert.Collection(
            lines[2..],
            line => Assert.StartsWith("progress 1 3 writing section 1 ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("progress 2 3 writing section 2 ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("progress 3 3 writing section 3 ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("""report "Section 1\nSection 2\nSection 3" """, line, StringComparison.Ordinal));
        // The tool works for 200 ms on each section after it has said so: notifications that came with the result would come at one time.
        Assert.True(Milliseconds(lines[^1]) - Milliseconds(lines[2]) >= 500, output);

        static int Milliseconds(string line) => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    private sealed class ProgressLog : IProgress<ProgressNotificationValue>
    {
        private readonly Channel<int> _seen = Channel.CreateUnbounded<int>();

        public void Report(ProgressNotificationValue value) => _seen.Writer.TryWrite((int)value.Progress);

        public Task<int> NextAsync() => _seen.Reader.ReadAsync().AsTask().WaitAsync(Limits.Step);
    }
}
