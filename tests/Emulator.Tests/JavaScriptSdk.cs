using System.ComponentModel;
using System.Globalization;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>The AWS SDK for JavaScript, from npm into artifacts/: a client that was not written with this emulator in mind.</summary>
internal static class JavaScriptSdk
{
    private const string Package = "@aws-sdk/client-lambda@3.1162.0";

    // The first event is invoked, the others are streamed; each gets a line.
    private const string Program = """
        const { LambdaClient, InvokeCommand, InvokeWithResponseStreamCommand } = require('@aws-sdk/client-lambda');
        const [port, invoke, ...streams] = process.argv.slice(1);
        const client = new LambdaClient({
          endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', maxAttempts: 1,
          credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
        });
        (async () => {
          const answer = await client.send(new InvokeCommand({ FunctionName: 'test', Payload: invoke }));
          console.log('invoke', answer.StatusCode, Buffer.from(answer.Payload).toString());
          for (const payload of streams) {
            const stream = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'test', Payload: payload }));
            let body = '', complete;
            for await (const event of stream.EventStream) {
              if (event.PayloadChunk) body += Buffer.from(event.PayloadChunk.Payload).toString();
              if (event.InvokeComplete) complete = event.InvokeComplete;
            }
            console.log('stream', body, ...(complete.ErrorCode ? [complete.ErrorCode, complete.ErrorDetails] : ['{}']));
          }
        })().catch(error => { console.log('failed', error.name, error.message); });
        """;

    /// <summary>Its folder. Skips the test, with the reason, where it cannot be had.</summary>
    public static async Task<string> InstallAsync()
    {
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string folder = Path.Combine(output.Parent!.Parent!.Parent!.FullName, "npm");
        if (Directory.Exists(Path.Combine(folder, "node_modules", "@aws-sdk", "client-lambda", "dist-cjs")))
            return folder;

        Directory.CreateDirectory(folder);
        CommandResult install = await StartAsync(folder, "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, Package);
        Assert.SkipUnless(install.ExitCode == 0, $"npm cannot install {Package} here: {install.Output}{install.Error}");
        return folder;
    }

    /// <summary>Runs the program with these events; what it prints.</summary>
    public static async Task<string> RunAsync(string folder, int port, string[] events) =>
        (await StartAsync(folder, "node", ["-e", Program, "--", port.ToString(CultureInfo.InvariantCulture), .. events])).Output;

    private static async Task<CommandResult> StartAsync(string folder, string name, params string[] arguments)
    {
        try
        {
            return await Command.RunAsync(
                name, arguments, folder, new Dictionary<string, string?> { ["no_proxy"] = "127.0.0.1" }, TimeSpan.FromMinutes(2));
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no {name} on this machine.");
            throw;
        }
    }
}
