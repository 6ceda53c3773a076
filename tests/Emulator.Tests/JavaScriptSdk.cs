using System.Globalization;

namespace StreamingLambda.Emulator.Tests;

/// <summary>The AWS SDK for JavaScript, from npm into artifacts/: a client that was not written with this emulator in mind.</summary>
internal static class JavaScriptSdk
{
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
    public static Task<string> InstallAsync() => NpmPackages.InstallAsync("@aws-sdk/client-lambda", "3.1162.0");

    /// <summary>Runs the program with these events; what it prints.</summary>
    public static Task<string> RunAsync(string folder, int port, string[] events) =>
        NpmPackages.RunAsync(folder, Program, [port.ToString(CultureInfo.InvariantCulture), .. events]);
}
