using System.Net;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.EndToEnd.Tests.ForeignRuntimes;

/// <summary>AWS's client for Node.js on the emulator.</summary>
public sealed class NodeTests
{
    private const string Handlers = """
        import { setTimeout as pause } from 'node:timers/promises';
        const from = (stream, metadata) => awslambda.HttpResponseStream.from(stream, metadata);
        export const streamed = awslambda.streamifyResponse(async (event, stream) => {
          const scenario = event.rawPath;
          if (scenario === '/before') throw new Error('failed before');
          if (scenario === '/raw') { stream.setContentType('text/csv'); stream.write('a,'); stream.end('b'); return; }
          stream = from(stream, { statusCode: 201, headers: { 'content-type': 'text/plain', 'x-own': 'value' }, cookies: ['a=1; Secure', 'b=2'] });
          if (scenario === '/empty') { stream.end(); return; }
          stream.write('one ');
          await pause(50);
          if (scenario === '/middle') throw new Error('failed in the middle');
          stream.write('two');
          stream.end();
          if (scenario === '/after') { await stream.finished?.(); throw new Error('failed after'); }
        });
        export const large = awslambda.streamifyResponse(async (event, stream) => {
          stream = from(stream, { statusCode: 200 });
          for (let i = 0; i < 40; i++)
            if (!stream.write(Buffer.alloc(100000, 120))) await new Promise(resolve => stream.once('drain', resolve));
          stream.end();
        });
        export const buffered = async event => {
          if (event.rawPath === '/before') throw new Error('failed before');
          await pause(20);
          return { statusCode: 202, headers: { 'content-type': 'text/plain' }, body: 'hello ' + event.rawPath };
        };
        """;

    [Fact]
    public async Task Streamed_responses_arrive_with_status_headers_and_cookies()
    {
        using ForeignRuntime runtime = await NodeClient.CreateAsync(Handlers);
        await using LocalLambda lambda = await runtime.StartAsync("app.streamed");
        using HttpResponseMessage response = await lambda.GetAsync("/");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("value", Assert.Single(response.Headers.GetValues("x-own")));
        Assert.Equal(["a=1; Secure", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal("one two", await response.Content.ReadAsStringAsync());
        using HttpResponseMessage raw = await lambda.GetAsync("/raw");
        Assert.Equal("text/csv", raw.Content.Headers.ContentType?.ToString());
        Assert.Equal("a,b", await raw.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_failure_before_in_the_middle_or_after_ends_its_invocation_and_not_the_process()
    {
        using ForeignRuntime runtime = await NodeClient.CreateAsync(Handlers);
        await using LocalLambda lambda = await runtime.StartAsync("app.streamed");
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await lambda.GetTextAsync("/before")).Status);
            Assert.Equal((HttpStatusCode.Created, "one "), await lambda.GetTextAsync("/middle"));
            Assert.Equal((HttpStatusCode.Created, "one two"), await lambda.GetTextAsync("/after"));
            Assert.Equal((HttpStatusCode.OK, ""), await lambda.GetTextAsync("/empty"));
            Assert.Equal((HttpStatusCode.Created, "one two"), await lambda.GetTextAsync("/"));
        }

        lambda.AssertNobodyBrokeTheProtocol();
        AssertNoProcessEnded(await lambda.EndedInvocationsAsync());
    }

    [Fact]
    public async Task A_large_response_waits_for_its_reader()
    {
        using ForeignRuntime runtime = await NodeClient.CreateAsync(Handlers);
        await using LocalLambda lambda = await runtime.StartAsync("app.large");

        Assert.Equal((HttpStatusCode.OK, new string('x', 4_000_000)), await lambda.GetTextAsync("/"));
    }

    [Fact]
    public async Task Buffered_responses_are_taken_apart_and_errors_are_a_502()
    {
        using ForeignRuntime runtime = await NodeClient.CreateAsync(Handlers);
        await using LocalLambda lambda = await runtime.StartAsync("app.buffered", new LocalLambdaOptions { StreamsResponse = false });

        Assert.Equal((HttpStatusCode.Accepted, "hello /path"), await lambda.GetTextAsync("/path"));
        Assert.Equal(HttpStatusCode.BadGateway, (await lambda.GetTextAsync("/before")).Status);
        Assert.Equal((HttpStatusCode.Accepted, "hello /again"), await lambda.GetTextAsync("/again"));
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(1, 4)]
    public async Task Several_at_a_time(int processes, int? each)
    {
        using ForeignRuntime runtime = await NodeClient.CreateAsync(Handlers);
        await using LocalLambda lambda = await runtime.StartAsync(
            "app.streamed", new LocalLambdaOptions { Concurrency = processes, MaxConcurrency = each });
        string[] paths = [.. Enumerable.Range(0, 24).Select(i => i % 4 == 0 ? "/middle" : "/")];
        (HttpStatusCode Status, string Body)[] answers = await Task.WhenAll(paths.Select(lambda.GetTextAsync));

        Assert.Equal(paths.Select(path => (HttpStatusCode.Created, path == "/" ? "one two" : "one ")), answers);
        AssertNoProcessEnded(await lambda.EndedInvocationsAsync());
    }

    private static void AssertNoProcessEnded(IEnumerable<LocalInvocation> invocations) =>
        Assert.DoesNotContain("Runtime.ExitError", invocations.Select(invocation => invocation.Error?.Type));
}
