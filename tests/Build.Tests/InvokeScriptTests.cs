using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Build.Tests;

public sealed class InvokeScriptTests : IDisposable
{
    private readonly TemporaryDirectory _home = new();
    private readonly RecordingServer _server = new(response => SendAsync(response, 200, "Streaming complete!\n"));

    public InvokeScriptTests() => Requires.Programs("curl");

    public void Dispose()
    {
        _server.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Credentials_and_region_come_from_the_environment()
    {
        CommandResult result = await InvokeAsync(_server.Url, new()
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDENV",
            ["AWS_SECRET_ACCESS_KEY"] = "secret/with+signs",
            ["AWS_SESSION_TOKEN"] = "the token==",
            ["AWS_REGION"] = "eu-west-1",
        });

        Assert.Equal((0, "Streaming complete!\n"), (result.ExitCode, result.Output));
        AssertSigned("AKIDENV", "eu-west-1");
        Assert.Equal("the token==", _server.Headers["x-amz-security-token"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("some/path?count=2")]
    [InlineData("?pauseMs=0&count=2&text=a%20b%26c")]
    [InlineData("", "--data-binary", "{\"scenario\":\"stream\"}", "--header", "content-type: application/json")]
    public async Task The_signature_is_the_one_that_AWS_computes_for_the_request(string pathAndQuery, params string[] options)
    {
        const string Secret = "wJalr/XUtnFEMI+K7MDENG";

        CommandResult result = await InvokeAsync(
            _server.Url + pathAndQuery,
            new()
            {
                ["AWS_ACCESS_KEY_ID"] = "AKID",
                ["AWS_SECRET_ACCESS_KEY"] = Secret,
                ["AWS_SESSION_TOKEN"] = "token/with+signs==",
                ["AWS_REGION"] = "eu-west-1",
            },
            options);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string expected = SignatureVersion4.Expected(Secret, _server.Method, _server.PathAndQuery, _server.Headers, _server.Body);
        Assert.EndsWith($"Signature={expected}", _server.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Matches("SignedHeaders=[^,]*x-amz-security-token", _server.Headers["Authorization"]);
    }

    [Fact]
    public async Task A_profile_is_read_from_the_credentials_and_config_files()
    {
        WriteAwsFile("credentials", """
            [default]
            aws_access_key_id = AKIDDEFAULT
            aws_secret_access_key = default-secret

            # another one
            [work]
            aws_access_key_id=AKIDWORK
            aws_secret_access_key=work-secret
            aws_session_token = work-token
            """);
        WriteAwsFile("config", "[default]\nregion = us-east-1\n[profile work]\nregion = eu-central-1\r\n");

        CommandResult result = await InvokeAsync(_server.Url, new() { ["AWS_PROFILE"] = "work" });

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        AssertSigned("AKIDWORK", "eu-central-1");
        Assert.Equal("work-token", _server.Headers["x-amz-security-token"]);
    }

    [Fact]
    public async Task Without_a_profile_the_default_one_counts_and_its_keys_may_be_in_the_config_file()
    {
        WriteAwsFile("config", """
            [default]
            region = ap-northeast-1
            aws_access_key_id = AKIDCONFIG
            aws_secret_access_key = config-secret
            """);

        CommandResult result = await InvokeAsync(_server.Url, []);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        AssertSigned("AKIDCONFIG", "ap-northeast-1");
        Assert.DoesNotContain("x-amz-security-token", _server.Headers.Keys);
    }

    [Fact]
    public async Task The_environment_wins_over_the_profile()
    {
        WriteAwsFile("credentials", "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = x\naws_session_token = old\n");

        await InvokeAsync(
            _server.Url, new() { ["AWS_ACCESS_KEY_ID"] = "AKIDENV", ["AWS_SECRET_ACCESS_KEY"] = "y", ["AWS_REGION"] = "eu-west-1" });

        AssertSigned("AKIDENV", "eu-west-1");
        Assert.DoesNotContain("x-amz-security-token", _server.Headers.Keys);
    }

    [Fact]
    public async Task A_single_sign_on_profile_is_left_to_the_AWS_CLI()
    {
        WriteAwsFile("config", "[profile sso]\nsso_session = corp\nregion = eu-north-1\n");
        string path = _home.PathWithout("aws");
        _home.AddProgram("aws", """
            [ "$*" = 'configure export-credentials --format env-no-export --profile sso' ] || exit 1
            printf 'AWS_ACCESS_KEY_ID=AKIDSSO\nAWS_SECRET_ACCESS_KEY=s\nAWS_SESSION_TOKEN=t\n'
            """);

        CommandResult result = await InvokeAsync(_server.Url, new() { ["AWS_PROFILE"] = "sso", ["PATH"] = path });

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        AssertSigned("AKIDSSO", "eu-north-1");
    }

    [Fact]
    public async Task Where_no_profile_is_named_the_AWS_CLI_is_asked_for_none_so_that_it_finds_the_machines_role()
    {
        string path = _home.PathWithout("aws");
        _home.AddProgram("aws", """
            [ "$*" = 'configure export-credentials --format env-no-export' ] || exit 1
            printf 'AWS_ACCESS_KEY_ID=AKIDROLE\nAWS_SECRET_ACCESS_KEY=s\nAWS_SESSION_TOKEN=t\n'
            """);

        CommandResult result = await InvokeAsync(_server.Url, new() { ["AWS_REGION"] = "eu-west-1", ["PATH"] = path });

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        AssertSigned("AKIDROLE", "eu-west-1");
        Assert.Equal("t", _server.Headers["x-amz-security-token"]);
    }

    [Fact]
    public async Task In_Git_Bash_whose_descriptors_curl_cannot_open_the_secrets_come_another_way()
    {
        Dictionary<string, string?> environment = Keys(region: "eu-west-1");
        environment["OSTYPE"] = "msys";

        CommandResult result = await InvokeAsync(_server.Url, environment, "--data-binary", "a body");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        AssertSigned("AKID", "eu-west-1");
        Assert.Equal("a body"u8.ToArray(), _server.Body);
    }

    [Fact]
    public async Task In_Git_Bash_a_body_from_the_standard_input_is_refused_because_the_secrets_come_from_there()
    {
        Dictionary<string, string?> environment = Keys(region: "eu-west-1");
        environment["OSTYPE"] = "msys";

        await AssertRefusedAsync(environment, ["--data-binary", "@-"], "in Git Bash the credentials take the standard input");
    }

    [Theory]
    [InlineData("-F", "a=b")]
    [InlineData("-sF", "a=b")]
    [InlineData("-Fa=b")]
    [InlineData("--form", "a=b")]
    [InlineData("--form-string", "a=b")]
    [InlineData("-T", "/dev/null")]
    [InlineData("--upload-file", "/dev/null")]
    public async Task A_body_that_curl_does_not_sign_is_refused_with_what_to_do_instead(params string[] options)
    {
        await AssertRefusedAsync(Keys(region: "eu-west-1"), options, $"curl does not sign the body that '{options[0]}' sends", "--data-binary @FILE");
    }

    [Theory]
    [InlineData("-G", "--data", "a=b")]
    [InlineData("-sG", "--data", "a=b")]
    [InlineData("--get", "--data", "a=b")]
    [InlineData("--url-query", "a=b")]
    public async Task Parameters_that_curl_would_add_to_the_url_are_refused(params string[] options)
    {
        await AssertRefusedAsync(Keys(region: "eu-west-1"), options, $"parameters that '{options[0]}' adds", "Write them in the URL");
    }

    [Fact]
    public async Task A_path_that_this_curl_signs_wrongly_is_refused()
    {
        Dictionary<string, string?> environment = Keys(region: "eu-west-1");
        environment["PATH"] = _home.PathWithout("curl");
        _home.AddProgram("curl", "echo 'curl 8.10.1 (a processor)' --fail-with-body");

        CommandResult result = await InvokeAsync($"{_server.Url}a%20b", environment);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Install curl 8.14 or newer", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_region_in_a_function_url_wins()
    {
        CommandResult result = await InvokeAsync(
            $"http://abc.lambda-url.sa-east-1.on.aws:{_server.Port}/", Keys(region: "eu-west-1"), "--connect-to", $"::127.0.0.1:{_server.Port}");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        AssertSigned("AKID", "sa-east-1");
    }

    [Fact]
    public async Task The_address_of_an_api_says_service_and_region()
    {
        CommandResult result = await InvokeAsync(
            $"http://abc.execute-api.sa-east-1.amazonaws.com:{_server.Port}/prod/numbers", Keys(region: "eu-west-1"),
            "--connect-to", $"::127.0.0.1:{_server.Port}");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        AssertSigned("AKID", "sa-east-1", "execute-api");
    }

    [Fact]
    public async Task The_service_of_an_api_at_another_address_is_given()
    {
        Dictionary<string, string?> environment = Keys(region: "eu-west-1");
        environment["SIGNING_SERVICE"] = "execute-api";

        await InvokeAsync(_server.Url, environment);

        AssertSigned("AKID", "eu-west-1", "execute-api");
    }

    [Fact]
    public async Task The_response_is_shown_while_it_arrives()
    {
        TaskCompletionSource firstLineSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using RecordingServer server = new(async response =>
        {
            await response.Body.WriteAsync("Number: 1\n"u8.ToArray());
            await response.Body.FlushAsync();
            await firstLineSeen.Task;
            await response.Body.WriteAsync("Number: 2\n"u8.ToArray());
        });
        ProcessStartInfo start = new(Repository.PathOf("scripts/invoke.sh"), [server.Url]) { RedirectStandardOutput = true };
        foreach ((string name, string? value) in EnvironmentOf(Keys(region: "eu-west-1")))
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        string? first = await process.StandardOutput.ReadLineAsync(Limit());
        firstLineSeen.SetResult();
        string rest = await process.StandardOutput.ReadToEndAsync(Limit());

        Assert.Equal(("Number: 1", "Number: 2\n"), (first, rest));
    }

    [Fact]
    public async Task A_403_shows_the_answer_fails_and_points_to_the_explanation()
    {
        using RecordingServer server = new(response => SendAsync(response, 403, """{"Message":"Forbidden"}"""));

        CommandResult result = await InvokeAsync(server.Url, Keys(region: "eu-west-1"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal("""{"Message":"Forbidden"}""", result.Output);
        Assert.Contains("What a 403 means", result.Error, StringComparison.Ordinal);
        Assert.Contains("What a 403 means", await File.ReadAllTextAsync(Repository.PathOf("docs/deploy.md"), Limit()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_credentials_nothing_is_sent_and_the_places_looked_at_are_named()
    {
        CommandResult result = await InvokeAsync(_server.Url, new() { ["AWS_REGION"] = "eu-west-1", ["PATH"] = _home.PathWithout("aws") });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no AWS credentials for the profile 'default'", result.Error, StringComparison.Ordinal);
        Assert.Contains(".aws/credentials", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    public async Task Without_a_region_nothing_is_sent_and_the_way_to_set_one_is_named()
    {
        CommandResult result = await InvokeAsync(_server.Url, Keys(region: null));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Set AWS_REGION", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, _server.Requests);
    }

    [Theory]
    [InlineData("abc.lambda-url.eu-west-1.on.aws")]
    [InlineData("--include")]
    public async Task Something_else_than_a_url_is_refused(string argument)
    {
        CommandResult result = await InvokeAsync(argument, Keys(region: "eu-west-1"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"'{argument}' is not a URL", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_reported_by_curl()
    {
        _server.Dispose();

        CommandResult result = await InvokeAsync(_server.Url, Keys(region: "eu-west-1"));

        Assert.Equal(7, result.ExitCode);
        Assert.Contains("connect", result.Error, StringComparison.Ordinal);
    }

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private static async Task SendAsync(HttpResponse response, int status, string body)
    {
        response.StatusCode = status;
        await response.WriteAsync(body);
    }

    private static Dictionary<string, string?> Keys(string? region) => new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKID",
        ["AWS_SECRET_ACCESS_KEY"] = "secret",
        ["AWS_REGION"] = region,
    };

    private Task<CommandResult> InvokeAsync(string url, Dictionary<string, string?> environment, params string[] options) =>
        Command.RunAsync(Repository.PathOf("scripts/invoke.sh"), [url, .. options], environment: EnvironmentOf(environment));

    /// <summary>The variables given, and none of this machine's own AWS settings.</summary>
    private Dictionary<string, string?> EnvironmentOf(Dictionary<string, string?> environment)
    {
        Dictionary<string, string?> all = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("AWS_", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);
        all["HOME"] = _home.Path;
        all["AWS_EC2_METADATA_DISABLED"] = "true";
        foreach ((string name, string? value) in environment)
        {
            all[name] = value;
        }

        return all;
    }

    private void WriteAwsFile(string name, string content) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_home.Path, ".aws")).FullName, name), content);

    private async Task AssertRefusedAsync(Dictionary<string, string?> environment, string[] options, params string[] said)
    {
        CommandResult result = await InvokeAsync(_server.Url, environment, options);

        Assert.Equal(1, result.ExitCode);
        Assert.All(said, words => Assert.Contains(words, result.Error, StringComparison.Ordinal));
        Assert.Equal(0, _server.Requests);
    }

    private void AssertSigned(string accessKey, string region, string service = "lambda") => Assert.Matches(
        $@"^AWS4-HMAC-SHA256 Credential={accessKey}/\d{{8}}/{region}/{service}/aws4_request, "
        + "?SignedHeaders=[^,]*host[^,]*, ?Signature=[0-9a-f]{64}$",
        _server.Headers["Authorization"]);
}
