namespace StreamingLambda.Examples.Tests;

/// <summary>The MCP client that the protocol's authors publish for Node, from npm into artifacts/.</summary>
internal static class NodeMcpClient
{
    private const string Package = "@modelcontextprotocol/sdk@1.18.2";

    /// <summary>Lists the tools and calls both; each progress notification is a line, printed when it comes.</summary>
    private const string Program = """
        import { Client } from '@modelcontextprotocol/sdk/client/index.js';
        import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
        const client = new Client({ name: 'test', version: '1' });
        await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2])));
        console.log('tools', (await client.listTools()).tools.map(tool => tool.name).sort().join(' '));
        const sum = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
        console.log('sum', sum.content[0].text);
        const began = Date.now();
        const report = await client.callTool({ name: 'write_report', arguments: { sections: 3 } }, undefined, {
          onprogress: ({ progress, total, message }) => console.log('progress', progress, total, message, Date.now() - began),
        });
        console.log('report', JSON.stringify(report.content[0].text), Date.now() - began);
        await client.close();
        """;

    /// <summary>Runs it; what it prints. Skips the test, with the reason, where there is no Node or no registry.</summary>
    public static async Task<string> RunAsync(Uri server)
    {
        Assert.SkipUnless(Tools.IsInPath("node") && Tools.IsInPath("npm"), "There is no node or npm here.");
        string folder = Repository.PathOf("artifacts/npm-mcp");
        Directory.CreateDirectory(folder);
        if (!Directory.Exists(Path.Combine(folder, "node_modules/@modelcontextprotocol/sdk/dist")))
        {
            CommandResult install = await Command.RunAsync(
                "npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, Package], folder, timeout: TimeSpan.FromMinutes(3));
            Assert.SkipUnless(install.ExitCode == 0, $"npm cannot install {Package} here: {install.Output}{install.Error}");
        }
        string program = Path.Combine(folder, "client.mjs");
        await File.WriteAllTextAsync(program, Program);
        CommandResult run = await Command.RunAsync(
            "node", [program, server.AbsoluteUri], folder, new Dictionary<string, string?> { ["no_proxy"] = "127.0.0.1" }, TimeSpan.FromMinutes(1));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output;
    }
}
