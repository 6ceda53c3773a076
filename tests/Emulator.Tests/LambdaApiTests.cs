using System.Net;
using System.Text;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class LambdaApiTests
{
    private const string Invoke = "2015-03-31/functions/test/invocations";
    private const string NotFound = """{"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invoke_returns_the_response_and_the_log()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator,
            Invoke,
            [],
            TestEmulator.Script(["print", "to the log"], ["head"], ["chunk", "[1,2]"], ["end"]),
            request => request.Headers.Add("X-Amz-Log-Type", "Tail"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("X-Amz-Function-Error"));
        Assert.Equal("$LATEST", Assert.Single(response.Headers.GetValues("X-Amz-Executed-Version")));
        Assert.Equal("[1,2]", await response.Content.ReadAsStringAsync(Token));
        string log = Encoding.UTF8.GetString(Convert.FromBase64String(Assert.Single(response.Headers.GetValues("X-Amz-Log-Result"))));
        Assert.Contains("to the log", log, StringComparison.Ordinal);
        Assert.Contains("REPORT RequestId", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_error_is_told_in_the_header_and_its_body_is_passed_on()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator,
            Invoke,
            [],
            TestEmulator.Script(["post", "/2018-06-01/runtime/invocation/{id}/error", """{"errorMessage":"m","errorType":"t"}"""]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Unhandled", Assert.Single(response.Headers.GetValues("X-Amz-Function-Error")));
        Assert.Equal("""{"errorMessage":"m","errorType":"t"}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Event_is_accepted_and_runs_and_DryRun_does_not()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage dry = await SdkSigner.PostAsync(
            emulator,
            Invoke,
            [],
            TestEmulator.Script(["print", "dry"], ["head"], ["end"]),
            request => request.Headers.Add("X-Amz-Invocation-Type", "DryRun"));
        using HttpResponseMessage asynchronous = await SdkSigner.PostAsync(
            emulator,
            Invoke,
            [],
            TestEmulator.Script(["print", "asynchronous"], ["head"], ["end"]),
            request => request.Headers.Add("X-Amz-Invocation-Type", "Event"));

        Assert.Equal(HttpStatusCode.NoContent, dry.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, asynchronous.StatusCode);
        Assert.False(asynchronous.Headers.Contains("X-Amz-Executed-Version"));
        await emulator.Console.LineAsync("[test] asynchronous");
        Assert.DoesNotContain("[test] dry", emulator.Console.Lines);
    }

    [Theory]
    [InlineData("test", "", "")]
    [InlineData("test:$LATEST", "", ":$LATEST")]
    [InlineData("test:live", "", ":live")]
    [InlineData("test", "live", ":live")]
    [InlineData("test:live", "live", ":live")]
    [InlineData("123456789012:function:test:7", "", ":7")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:test", "", "")]
    [InlineData("arn:aws:lambda:us-east-1:999999999999:function:test:live", "", ":live")]
    public async Task A_function_is_found_by_name_or_ARN_and_sees_the_qualifier(string name, string qualifier, string qualified)
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator, $"2015-03-31/functions/{name}/invocations", qualifier.Length > 0 ? new() { ["Qualifier"] = qualifier } : [], "{}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(
            $"\"Lambda-Runtime-Invoked-Function-Arn\":\"arn:aws:lambda:us-east-1:123456789012:function:test{qualified}\"",
            await response.Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", "", 404, NotFound + """other"}""")]
    [InlineData("other", "$LATEST", 404, NotFound + """other:$LATEST"}""")]
    [InlineData("other:live", "", 404, NotFound + """other:live"}""")]
    [InlineData(
        "arn:aws:lambda:eu-west-1:123456789012:function:test",
        "",
        404,
        """{"Type":"User","Message":"Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"}""")]
    [InlineData(
        "test:live",
        "dev",
        400,
        """{"Type":"User","message":"The derived qualifier from the function name does not match the specified qualifier."}""")]
    [InlineData("test!", "", 400, "1 validation error detected: Value 'test!' at 'functionName'")]
    [InlineData("test", "a b", 400, "1 validation error detected: Value 'a b' at 'qualifier'")]
    public async Task A_function_that_is_not_there_is_told_in_AWSs_words(string name, string qualifier, int status, string answer)
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator, $"2015-03-31/functions/{name}/invocations", qualifier.Length > 0 ? new() { ["Qualifier"] = qualifier } : [], "{}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(answer, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Amz-Invocation-Type", "Sometimes", "ValidationException", "Member must satisfy enum value set: [Event, RequestResponse, DryRun]")]
    [InlineData("X-Amz-Log-Type", "All", "ValidationException", "Member must satisfy enum value set: [None, Tail]")]
    [InlineData("X-Amz-Tenant-Id", "a*b", "ValidationException", "at 'tenantId'")]
    [InlineData("X-Amz-Client-Context", "!", "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.")]
    [InlineData("X-Amz-Client-Context", "Mg==", "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.")]
    public async Task A_parameter_that_the_API_does_not_know_is_refused(string header, string value, string type, string message)
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(emulator, Invoke, [], "{}", request => request.Headers.Add(header, value));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(type, Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
        Assert.Contains(message, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_context_with_a_line_break_reaches_the_function_in_one_line()
    {
        await using TestEmulator emulator = await StartAsync();
        string context = Convert.ToBase64String("{\"custom\": {\"a\":\n\"\u00e9\"}}\n"u8);
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator, Invoke, [], "{}", request => request.Headers.Add("X-Amz-Client-Context", context));
        using var echo = System.Text.Json.JsonDocument.Parse((await response.Content.ReadAsStringAsync(Token)).Split('\0')[^1]);

        System.Text.Json.JsonElement next = echo.RootElement.GetProperty("next");
        Assert.Equal("{\"custom\":{\"a\":\"\u00e9\"}}", next.GetProperty("Lambda-Runtime-Client-Context").GetString());
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{")]
    [InlineData("\"\xff\"")]
    public async Task An_event_that_is_not_JSON_is_the_callers_fault(string body)
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(emulator, Invoke, [], body, bytes: Encoding.Latin1.GetBytes(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(
            """{"Type":"User","message":"Could not parse request body into json: Could not parse payload into json: """,
            await response.Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(65)]
    public async Task An_event_may_be_nested_as_deeply_as_it_likes(int depth)
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator, Invoke, [], new string('[', depth) + new string(']', depth), request => request.Headers.Add("X-Amz-Invocation-Type", "DryRun"));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task An_event_may_have_6_MB_and_one_that_nobody_waits_for_1_MB()
    {
        await using TestEmulator emulator = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(6 * 1024 * 1024, "DryRun"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync((6 * 1024 * 1024) + 1, "DryRun"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync((1024 * 1024) + 1, "Event"));

        async Task<HttpStatusCode> SendAsync(int length, string type)
        {
            using HttpResponseMessage response = await SdkSigner.PostAsync(
                emulator, Invoke, [], $"\"{new string('x', length - 2)}\"", request => request.Headers.Add("X-Amz-Invocation-Type", type));
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task The_log_is_that_of_the_invocation_from_START_to_REPORT()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage first = await SdkSigner.PostAsync(
            emulator, Invoke, [], TestEmulator.Script(["print", "first"], ["head"], ["chunk", "1"], ["end"]));
        await emulator.Console.LineAsync("REPORT RequestId");
        using HttpResponseMessage second = await SdkSigner.PostAsync(
            emulator,
            Invoke,
            [],
            TestEmulator.Script(["print", "second"], ["head"], ["chunk", "2"], ["end"]),
            request => request.Headers.Add("X-Amz-Log-Type", "Tail"));
        string id = Assert.Single(second.Headers.GetValues("x-amzn-RequestId"));
        byte[] tail = Convert.FromBase64String(Assert.Single(second.Headers.GetValues("X-Amz-Log-Result")));
        string[] log = Encoding.UTF8.GetString(tail).TrimEnd('\n').Split('\n');

        Assert.Equal($"START RequestId: {id} Version: $LATEST", log[0]);
        Assert.Equal("second", log[1]);
        Assert.Equal($"END RequestId: {id}", log[^2]);
        Assert.StartsWith($"REPORT RequestId: {id}", log[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("first", log);
    }

    [Fact]
    public async Task The_API_asks_for_a_signature_also_where_the_function_URL_does_not()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        var url = new Uri(emulator.Client.BaseAddress!, Invoke);
        using HttpResponseMessage unsigned = await emulator.Client.PostAsync(url, new StringContent("{}"), Token);
        using HttpResponseMessage signed = await SdkSigner.PostAsync(emulator, Invoke, [], "{}");

        Assert.Equal(HttpStatusCode.Forbidden, unsigned.StatusCode);
        Assert.Equal("MissingAuthenticationTokenException", Assert.Single(unsigned.Headers.GetValues("x-amzn-ErrorType")));
        Assert.Equal(HttpStatusCode.OK, signed.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using TestEmulator emulator = await StartAsync();
        using HttpResponseMessage response = await SdkSigner.PostAsync(emulator, Invoke, [], "{}", secret: "wrong");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("InvalidSignatureException", Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
    }

    [Fact]
    public async Task The_AWS_SDK_for_JavaScript_invokes_and_streams()
    {
        string modules = await JavaScriptSdk.InstallAsync();
        await using TestEmulator emulator = await StartAsync();
        string invoke = TestEmulator.Script(["head"], ["chunk", "[1,2]"], ["end"]);
        string streamed = TestEmulator.Script(["head"], ["chunk", "one "], ["chunk", "two"], ["end"]);
        string failed = TestEmulator.Script(
            ["head"], ["chunk", "partial"], ["end", "Lambda-Runtime-Function-Error-Type: Function.odd", "Lambda-Runtime-Function-Error-Body: e30="]);
        string exits = TestEmulator.Script(["head"], ["chunk", "partial"], ["exit", "1"]);
        string hangs = TestEmulator.Script(["hang"]);
        string output = await JavaScriptSdk.RunAsync(modules, emulator.Port, [invoke, streamed, failed, exits, hangs]);

        Assert.Equal(
            [
                "invoke 200 [1,2]",
                "stream one two {}",
                "stream partial Function.Unknown {}",
                "stream partial Runtime.ExitError {",
                "stream  Sandbox.Timedout {",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("\"errorType\"")[0]));
    }

    private static Task<TestEmulator> StartAsync() =>
        TestEmulator.StartAsync(TestEmulator.Settings with { AuthType = AuthType.AwsIam, Timeout = TimeSpan.FromSeconds(3) });
}
