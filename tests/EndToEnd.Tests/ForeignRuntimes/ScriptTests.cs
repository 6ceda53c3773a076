using System.Net;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.EndToEnd.Tests.ForeignRuntimes;

/// <summary>
/// Runtimes of a few lines: a shell script in the form of AWS's tutorial, and the wire habits of runtimes that are built on a language's own HTTP
/// client.
/// </summary>
public sealed class ScriptTests
{
    // https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html: a loop around curl, a new connection for each call.
    private const string Shell = """
        set -eu
        invocation="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
        headers=$(mktemp)
        trap 'rm -f "$headers"' EXIT
        answer() { curl -sS -o /dev/null "$@"; }
        stream() { answer -X POST -H 'Transfer-Encoding: chunked' -H 'Content-Type: text/plain' -T - "$@"; }
        while true; do
          event=$(curl -sS -L -D "$headers" "$invocation/next")
          id=$(grep -i '^lambda-runtime-aws-request-id' "$headers" | tr -d '[:space:]' | cut -d: -f2)
          case $event in
            *'"rawPath":"/before"'*)
              answer -H 'Lambda-Runtime-Function-Error-Type: Shell.Failed' -d '{"errorMessage":"failed"}' "$invocation/$id/error" ;;
            *'"rawPath":"/streamed"'*)
              { printf 'one '; sleep 0.2; printf 'two'; } | stream -H 'Lambda-Runtime-Function-Response-Mode: streaming' "$invocation/$id/response" ;;
            *'"rawPath":"/middle"'*)
              { printf 'one '; sleep 2; } \
                | timeout -s KILL 1 curl -sS -X POST -H 'Transfer-Encoding: chunked' -T - "$invocation/$id/response" || true ;;
            *'"rawPath":"/after"'*)
              answer -d 'last words' "$invocation/$id/response"
              exit 3 ;;
            *)
              answer -d '{"statusCode":200,"body":"hello"}' "$invocation/$id/response" ;;
          esac
        done
        """;

    // One connection for all calls, chunked bodies without the streaming header (as in Go), header and body in packets of their own (as in Python).
    private const string Python = """
        import base64, http.client, json, os
        host = os.environ['AWS_LAMBDA_RUNTIME_API']
        base = '/2018-06-01/runtime/invocation/'
        api = http.client.HTTPConnection(host)
        kind, details = 'Lambda-Runtime-Function-Error-Type', 'Lambda-Runtime-Function-Error-Body'

        def call(method, path, body=None, headers={}, chunked=False):
            api.request(method, path, body, headers, encode_chunked=chunked)
            answer = api.getresponse()
            return answer, answer.read()

        def stream(path, parts, trailers):
            api.putrequest('POST', path)
            api.putheader('Content-Type', 'application/vnd.awslambda.http-integration-response')
            api.putheader('Transfer-Encoding', 'chunked')
            api.putheader('Trailer', kind)
            api.putheader('Trailer', details)
            api.endheaders()
            for part in parts:
                api.send(b'%x\r\n' % len(part))
                api.send(part)
                api.send(b'\r\n')
            api.send(b'0\r\n' + b''.join(b'%s: %s\r\n' % pair for pair in trailers) + b'\r\n')
            api.getresponse().read()

        while True:
            answer, event = call('GET', base + 'next')
            request = answer.getheader('lambda-runtime-aws-request-id')
            path = json.loads(event)['rawPath']
            prelude = [b'{"statusCode":201,', b'"cookies":["a=1"]}' + bytes(3), bytes(5) + b'one ']
            error = json.dumps({'errorMessage': 'failed', 'errorType': 'ValueError', 'stackTrace': ['line\nbreak']}).encode()
            if path == '/before':
                call('POST', base + request + '/error', error, {kind: 'Runtime.Failed', 'Content-Type': 'application/json'})
            elif path == '/middle':
                stream(base + request + '/response', prelude, [(kind.encode(), b'ValueError'), (details.encode(), base64.b64encode(error))])
            elif path == '/buffered':
                call('POST', base + request + '/response', b'{"statusCode":200,"body":"hello"}', {'Content-Type': 'application/json'})
            elif path == '/after':
                stream(base + request + '/response', prelude + [b'two'], [])
                os._exit(3)
            else:
                stream(base + request + '/response', prelude + [b'two'], [])
        """;

    [Fact]
    public async Task A_shell_script_in_the_form_of_the_tutorial()
    {
        ForeignRuntime.PathOf("curl");
        using var runtime = new ForeignRuntime("/bin/sh", Shell);
        await using LocalLambda lambda = await runtime.StartAsync("x", new LocalLambdaOptions { Concurrency = 3 });

        Assert.Equal((HttpStatusCode.OK, """{"statusCode":200,"body":"hello"}"""), await lambda.GetTextAsync("/"));
        Assert.Equal((HttpStatusCode.OK, "one two"), await lambda.GetTextAsync("/streamed"));
        Assert.Equal(HttpStatusCode.BadGateway, (await lambda.GetTextAsync("/before")).Status);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lambda.GetTextAsync("/middle"));
        Assert.Equal((HttpStatusCode.OK, "last words"), await lambda.GetTextAsync("/after"));
        (HttpStatusCode, string)[] answers = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => lambda.GetTextAsync("/streamed")));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, "one two"), answer));
        IEnumerable<string?> errors = (await lambda.EndedInvocationsAsync()).Select(invocation => invocation.Error?.Type);
        Assert.Equal([null, null, "Shell.Failed", "Runtime.TruncatedResponse"], errors.Take(4));
    }

    [Fact]
    public async Task A_shell_script_behind_a_buffered_url()
    {
        ForeignRuntime.PathOf("curl");
        using var runtime = new ForeignRuntime("/bin/sh", Shell);
        await using LocalLambda lambda = await runtime.StartAsync("x", new LocalLambdaOptions { StreamsResponse = false });

        Assert.Equal((HttpStatusCode.OK, "hello"), await lambda.GetTextAsync("/"));
        Assert.Equal(HttpStatusCode.BadGateway, (await lambda.GetTextAsync("/before")).Status);
        Assert.Equal((HttpStatusCode.OK, "hello"), await lambda.GetTextAsync("/"));
    }

    [Fact]
    public async Task One_connection_for_all_calls_and_chunks_without_the_streaming_header()
    {
        // What is in PATH may be a script that finds the interpreter by an environment that a function does not have.
        CommandResult python = await Command.RunAsync(ForeignRuntime.PathOf("python3"), ["-c", "import sys; print(sys.executable)"]);
        using var runtime = new ForeignRuntime(python.Output.Trim(), Python);
        await using LocalLambda lambda = await runtime.StartAsync("x", new LocalLambdaOptions { Concurrency = 3 });
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal((HttpStatusCode.Created, "one two"), await lambda.GetTextAsync("/"));
            Assert.Equal(HttpStatusCode.BadGateway, (await lambda.GetTextAsync("/before")).Status);
            Assert.Equal((HttpStatusCode.Created, "one "), await lambda.GetTextAsync("/middle"));
            Assert.Equal((HttpStatusCode.OK, """{"statusCode":200,"body":"hello"}"""), await lambda.GetTextAsync("/buffered"));
        }
        lambda.AssertNobodyBrokeTheProtocol();

        Assert.Equal((HttpStatusCode.Created, "one two"), await lambda.GetTextAsync("/after"));
        (HttpStatusCode, string)[] answers = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => lambda.GetTextAsync("/")));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Created, "one two"), answer));
    }
}
