using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using StreamingLambda.Recipes.Tests.Recipes;
using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Recipes.Tests;

/// <summary>What docs/recipes.md says of its code is what the code does.</summary>
public sealed class RecipesTests
{
    [Fact]
    public async Task An_answer_of_another_server_is_passed_on_as_it_comes()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopbackServer server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("[1,");
            await context.Response.Body.FlushAsync();
            await gate.Task;
            await context.Response.WriteAsync("2]");
        });
        TestRun run = new TestHost(new Weather(server.Url)).Start(FunctionUrlEvent.Get());

        Assert.Equal("[1,", (await run.ReadChunkAsync())?.Text);
        gate.SetResult();
        Assert.Equal("[1,2]", (await run.WaitAsync()).BodyText);
    }

    [Fact]
    public async Task A_server_that_fails_makes_a_503_and_a_line_in_the_log()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        TestResponse response = await new TestHost(new Weather(server.Url)).InvokeAsync(FunctionUrlEvent.Get());

        Assert.Equal((503, "30"), (response.StatusCode, response.Headers["Retry-After"]));
        Assert.Contains("The forecast answered 500.", response.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_AWS_service_is_read_page_by_page()
    {
        await using LoopbackServer server = await ParameterStoreAsync();
        using AmazonSimpleSystemsManagementClient client = ClientOf(server);
        TestResponse response = await new TestHost(new ListParameters(client)).InvokeAsync(FunctionUrlEvent.Get());

        Assert.Null(response.Error);
        Assert.Equal("/one\n/two\n/three\n", response.BodyText);
    }

    [Fact]
    public async Task A_secret_is_read_before_the_first_invocation()
    {
        await using LoopbackServer server = await ParameterStoreAsync();
        using AmazonSimpleSystemsManagementClient client = ClientOf(server);
        IStreamingLambdaHandler handler = await Secrets.CreateAsync(client);

        Assert.Equal("a key of 6 characters", (await new TestHost(handler).InvokeAsync(FunctionUrlEvent.Get())).BodyText);
    }

    [Fact]
    public void A_setting_that_is_missing_says_so_with_its_name()
    {
        InitializationException exception = Assert.Throws<InitializationException>(ChatSettings.FromEnvironment);

        Assert.Equal("Function.MissingSetting", exception.ErrorType);
        Assert.Contains("MODEL_URL is not set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_logs_into_the_invocations_log()
    {
        TestResponse response = await new TestHost(async (invocation, response, token) =>
        {
            ILogger logger = new InvocationLogger(invocation.Log);
            foreach (LogLevel level in Enum.GetValues<LogLevel>())
                logger.Log(level, "{Level} of {Count}", level, 7);
            await response.WriteAndFinishAsync("x", token);
        }).InvokeAsync(FunctionUrlEvent.Get());

        string[] lines = response.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], lines.Select(line => line.Split('\t')[1]));
        Assert.EndsWith("Warning of 7", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_source_gets_named_events()
    {
        var clock = new ManualClock { AutoAdvance = true };
        var host = new TestHost((_, response, token) => Snippets.Clock(response, clock, token)) { TimeProvider = clock };
        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get());

        Assert.Equal("text/event-stream", response.Headers["Content-Type"]);
        Assert.StartsWith("event: tick\ndata: 1 of 10\nid: 1\n\n", response.BodyText, StringComparison.Ordinal);
        Assert.Contains("event: done\n", response.BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br, gzip;q=0.5", true)]
    [InlineData("GZIP", true)]
    [InlineData("gzip ;q=1", true)]
    [InlineData("gzip; q=0.001, br", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip; q=0", false)]
    [InlineData("br, gzip;q=0.0", false)]
    [InlineData("x-gzip", false)]
    [InlineData("br", false)]
    [InlineData(null, false)]
    public async Task A_body_is_compressed_for_those_who_take_it(string? accepted, bool isCompressed)
    {
        ReadOnlyMemory<byte> request = accepted is null ? FunctionUrlEvent.Get() : FunctionUrlEvent.Get("/", ("Accept-Encoding", accepted));
        TestResponse response = await new TestHost((invocation, response, token) => Snippets.Gzip(invocation, response, LinesAsync(), token))
            .InvokeAsync(request);

        Assert.Equal(isCompressed, response.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal("Accept-Encoding", response.Headers["Vary"]);
        using var body = new MemoryStream(response.Body.ToArray());
        using Stream plain = isCompressed ? new GZipStream(body, CompressionMode.Decompress) : body;
        Assert.Equal("a,1\nb,2\n", await new StreamReader(plain).ReadToEndAsync());
        // Each line in a write of its own, as it comes.
        Assert.True(response.Chunks.Count >= 2);
    }

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/orders/7", 200)]
    [InlineData("POST", "/orders", 201)]
    [InlineData("DELETE", "/orders/7", 405)]
    [InlineData("GET", "/other", 404)]
    public async Task A_request_finds_its_route(string method, string path, int status)
    {
        TestResponse response = await new TestHost(Snippets.Routes).InvokeAsync(FunctionUrlEvent.Create(method, path));

        Assert.Equal(status, response.StatusCode);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task An_event_that_is_no_request_is_told_so() =>
        Assert.Equal(400, (await new TestHost(Snippets.Routes).InvokeAsync("42"u8.ToArray())).StatusCode);

    [Fact]
    public async Task Work_after_the_response_does_not_change_it_and_ends_before_the_deadline()
    {
        var clock = new ManualClock { AutoAdvance = true };
        var host = new TestHost((invocation, response, token) =>
            Snippets.Background(invocation, response, work => Task.Delay(TimeSpan.FromHours(1), clock, work), token))
        { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(30) };
        TestResponse response = await host.InvokeAsync(FunctionUrlEvent.Get());

        Assert.Equal((202, "accepted\n"), (response.StatusCode, response.BodyText));
        Assert.Null(response.Error);
        Assert.Contains("was given up", response.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_without_cultures_works_without_them()
    {
        Assert.Throws<NotSupportedException>(() => Encoding.GetEncoding(1252));
        Assert.Equal("1’234’567.50", Snippets.Price(1_234_567.5m));
        Assert.Equal("5 €", Snippets.CodePage([0x35, 0x20, 0x80]));
        Assert.Equal("2026-07-01 14:00 +02:00", Snippets.Departure(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void What_the_page_says_of_invariant_globalization_is_so()
    {
        Assert.Equal("", CultureInfo.CurrentCulture.Name);
        Assert.Throws<CultureNotFoundException>(() => new CultureInfo("de-CH"));
        Assert.Throws<CultureNotFoundException>(() => CultureInfo.GetCultureInfo("en-US"));
        // Silently: by the numbers of the characters.
        Assert.True(string.Compare("ä", "z", StringComparison.InvariantCulture) > 0);
        Assert.False("ß".Equals("ss", StringComparison.InvariantCultureIgnoreCase));
        Assert.Equal("¤1,234.50", 1234.5m.ToString("C", CultureInfo.CurrentCulture));
        Assert.Equal("\u00e9", "\u00e9".Normalize(NormalizationForm.FormD));
        // Not affected.
        Assert.Equal("ÄÖÜ", "äöü".ToUpperInvariant());
        Assert.Equal("xn--zrich-kva.example", new IdnMapping().GetAscii("zürich.example"));
        Assert.Equal(2, new StringInfo("👨‍👩‍👧x").LengthInTextElements);
        // Windows' names of time zones need the data that is left out.
        Assert.Throws<TimeZoneNotFoundException>(() => TimeZoneInfo.FindSystemTimeZoneById("W. Europe Standard Time"));
    }

    private static async IAsyncEnumerable<string> LinesAsync()
    {
        foreach (string line in (string[])["a,1\n", "b,2\n"])
        {
            await Task.Yield();
            yield return line;
        }
    }

    private static AmazonSimpleSystemsManagementClient ClientOf(LoopbackServer server) => new(
        new BasicAWSCredentials("AKIAIOSFODNN7EXAMPLE", "secret"),
        new AmazonSimpleSystemsManagementConfig { ServiceURL = server.Url.AbsoluteUri, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });

    /// <summary>Two operations of Parameter Store, in two pages, for requests that are signed.</summary>
    private static Task<LoopbackServer> ParameterStoreAsync() => LoopbackServer.StartAsync(async context =>
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        bool isFirstPage = !body.RootElement.TryGetProperty("NextToken", out _);
        string answer = context.Request.Headers["X-Amz-Target"].ToString() switch
        {
            "AmazonSSM.GetParameter" when body.RootElement.GetProperty("WithDecryption").GetBoolean() =>
                """{"Parameter":{"Name":"/my-function/api-key","Type":"SecureString","Value":"secret"}}""",
            "AmazonSSM.DescribeParameters" when isFirstPage => """{"Parameters":[{"Name":"/one"},{"Name":"/two"}],"NextToken":"2"}""",
            "AmazonSSM.DescribeParameters" => """{"Parameters":[{"Name":"/three"}]}""",
            _ => "",
        };
        bool isSigned = context.Request.Headers.Authorization.ToString().StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal);
        context.Response.StatusCode = answer.Length > 0 && isSigned ? 200 : 400;
        context.Response.ContentType = "application/x-amz-json-1.1";
        await context.Response.WriteAsync(answer);
    });
}
