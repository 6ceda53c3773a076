using System.Globalization;
using System.Net;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>Who may call an API, by clients that were not written with this emulator in mind.</summary>
public sealed class ApiCallerTests
{
    private const string Key = "abcdefghijklmnopqrstuvwx";

    private static readonly Account Account = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("prod/orders/7")]
    [InlineData("prod/orders/7?a=1&b=2")]
    public async Task Curl_gets_in_signed_for_execute_api(string target)
    {
        await using TestEmulator emulator = await StartAsync(new RouteAuth(IsSigned: true));
        string echo = await CurlAsync(emulator, target, "--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user", User);

        using JsonDocument json = JsonDocument.Parse(echo);
        JsonElement identity = json.RootElement.GetProperty("event").GetProperty("requestContext").GetProperty("identity");
        Assert.Equal(Account.AccessKeyId, identity.GetProperty("accessKey").GetString());
        Assert.Equal(Account.UserArn, identity.GetProperty("userArn").GetString());
    }

    [Theory]
    [InlineData("lambda", "Credential should be scoped to correct service: 'execute-api'. ", "it is signed for service 'lambda', not 'execute-api'.")]
    [InlineData(null, "Missing Authentication Token", "the request is not signed. Sign it for the service execute-api,")]
    public async Task Who_signs_for_another_service_or_not_at_all_does_not_get_in(string? service, string message, string reason)
    {
        await using TestEmulator emulator = await StartAsync(new RouteAuth(IsSigned: true));
        string answer = service is null
            ? await CurlAsync(emulator, "prod/orders/7")
            : await CurlAsync(emulator, "prod/orders/7", "--aws-sigv4", $"aws:amz:us-east-1:{service}", "--user", User);

        using JsonDocument json = JsonDocument.Parse(answer);
        Assert.Equal(message, json.RootElement.GetProperty("message").GetString());
        await emulator.Console.LineAsync(reason);
    }

    [Theory]
    [InlineData(Key, 200, "")]
    [InlineData("another", 403, "its API key is not one of this API's.")]
    [InlineData(null, 403, "it has no API key.")]
    public async Task A_route_that_asks_for_a_key_takes_the_api_s_own(string? key, int status, string reason)
    {
        await using TestEmulator emulator = await StartAsync(new RouteAuth(NeedsKey: true));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(emulator.Client.BaseAddress!, "prod/orders/7"));
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        using HttpResponseMessage response = await emulator.Client.SendAsync(request, Token);
        string body = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200)
        {
            using JsonDocument json = JsonDocument.Parse(body);
            JsonElement identity = json.RootElement.GetProperty("event").GetProperty("requestContext").GetProperty("identity");
            Assert.Equal(Key, identity.GetProperty("apiKey").GetString());
            return;
        }
        Assert.Equal("""{"message":"Forbidden"}""", body);
        await emulator.Console.LineAsync(reason);
    }

    [Fact]
    public async Task A_route_with_an_authorizer_is_closed()
    {
        await using TestEmulator emulator = await StartAsync(new RouteAuth(Authorizer: "Pool"));
        using HttpResponseMessage response = await emulator.Client.GetAsync(new Uri(emulator.Client.BaseAddress!, "prod/orders/7"), Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("""{"message":"Unauthorized"}""", await response.Content.ReadAsStringAsync(Token));
        await emulator.Console.LineAsync("the authorizer Pool is not reproduced here. Start the emulator with --auth NONE");
    }

    [Theory]
    [InlineData("Origin", "https://www.example.com", null)]
    [InlineData("Sec-Fetch-Site", "cross-site", null)]
    [InlineData("Host", "www.example.com", null)]
    [InlineData("Origin", "http://localhost:3000", "prod/orders/7")]
    public async Task Pages_from_elsewhere_do_not_get_in(string header, string value, string? allowed)
    {
        await using TestEmulator emulator = await StartAsync(new RouteAuth());
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, "GET /prod/orders/7 HTTP/1.1", [$"{header}: {value}"]);

        Assert.Equal(allowed is null ? 403 : 200, answer.Status);
    }

    [Fact]
    public async Task The_Lambda_API_is_beside_the_stage()
    {
        await using TestEmulator emulator = await StartAsync(new RouteAuth());
        using HttpResponseMessage response = await SdkSigner.PostAsync(emulator, "2015-03-31/functions/test/invocations", [], "{}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("$LATEST", Assert.Single(response.Headers.GetValues("X-Amz-Executed-Version")));
    }

    // aws4fetch signs what fetch sends; the body comes piece by piece.
    [Fact]
    public async Task A_REST_client_from_npm_signs_and_reads_the_stream()
    {
        const string Program = """
            const { AwsClient } = require('aws4fetch');
            const [port, body] = process.argv.slice(1);
            const client = new AwsClient({
              accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
              service: 'execute-api', region: 'us-east-1',
            });
            (async () => {
              const answer = await client.fetch(`http://127.0.0.1:${port}/prod/orders/7?tag=a%20b&tag=c`, { method: 'POST', body });
              const pieces = [];
              for await (const piece of answer.body) pieces.push(Buffer.from(piece).toString());
              console.log(answer.status, answer.headers.get('x-two'), answer.headers.getSetCookie().join('|'), pieces.join(''));
            })().catch(error => { console.log('failed', error.message); });
            """;
        string folder = await NpmPackages.InstallAsync("aws4fetch", "1.0.20");
        await using TestEmulator emulator = await StartAsync(new RouteAuth(IsSigned: true));
        string script = TestEmulator.Script(
            ["head", "Lambda-Runtime-Function-Response-Mode: streaming", "Content-Type: application/vnd.awslambda.http-integration-response"],
            ["chunk", """{"statusCode":207,"headers":{"x-two":"1, 2"},"cookies":["a=1","b=2"]}\0\0\0\0\0\0\0\0"""],
            ["chunk", "one ", "two"],
            ["end"]);
        string port = emulator.Port.ToString(CultureInfo.InvariantCulture);

        Assert.Equal("207 1, 2 a=1|b=2 one two\n", await NpmPackages.RunAsync(folder, Program, port, script));
    }

    private static string User => $"{Account.AccessKeyId}:{Account.SecretAccessKey}";

    private static Task<TestEmulator> StartAsync(RouteAuth auth) => ApiEmulator.StartAsync(
        ApiEmulator.With(ApiEmulator.Route(InvokeMode.ResponseStream, "/orders/{id}") with { Auth = auth }) with { Keys = [Key] });

    private static async Task<string> CurlAsync(TestEmulator emulator, string target, params string[] options)
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        CommandResult result = await Command.RunAsync(
            "curl", ["--silent", "--show-error", "--no-buffer", .. options, new Uri(emulator.Client.BaseAddress!, target).AbsoluteUri],
            Path.GetTempPath(), new Dictionary<string, string?> { ["no_proxy"] = "127.0.0.1" }, TimeSpan.FromMinutes(1));
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
