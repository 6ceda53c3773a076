using System.Diagnostics;
using System.Net;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Doors.Auth;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

public sealed class SignatureTests
{
    private static readonly Account Account = new();
    private static readonly FunctionSettings Signed = TestEmulator.Settings with { AuthType = AuthType.AwsIam };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_example_of_the_documentation_gets_its_signature()
    {
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and its test suite: get-vanilla
        string canonical = SignatureV4.CanonicalRequest(
            "GET",
            "/",
            "",
            ["host", "x-amz-date"],
            name => [name == "host" ? "example.amazonaws.com" : "20150830T123600Z"],
            SignatureV4.Hash([]));
        const string Scope = "20150830/us-east-1/service/aws4_request";
        string stringToSign = SignatureV4.StringToSign("20150830T123600Z", Scope, canonical);

        Assert.Equal(
            "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63",
            SignatureV4.Hash(System.Text.Encoding.UTF8.GetBytes(canonical)));
        Assert.Equal(
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            SignatureV4.Sign("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Scope, stringToSign));
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a%20b/c%2Fd", "/a%2520b/c%252Fd")]
    [InlineData("//a/./b/../c/", "/a/c/")]
    [InlineData("/~-._", "/~-._")]
    public void A_path_is_normalised_and_encoded_once_more(string path, string canonical) => Assert.Equal(canonical, SignatureV4.CanonicalPath(path));

    [Theory]
    [InlineData("b=2&a=1&a=0", "a=0&a=1&b=2")]
    [InlineData("bare&empty=", "bare=&empty=")]
    [InlineData("x=%7e%2b%c3%a9%20+", "x=~%2B%C3%A9%20%20")]
    [InlineData("x=%FF%fe&y=%zz%", "x=%FF%FE&y=%25zz%25")]
    [InlineData("X-Amz-Signature=s&a=1", "X-Amz-Signature=s&a=1")]
    public void A_query_is_sorted_and_encoded_in_one_way(string query, string canonical) =>
        Assert.Equal(canonical, SignatureV4.CanonicalQuery(new RequestTarget("/", query), hasSignature: false));

    [Theory]
    [InlineData("X-Amz-Signature=s&a=1", "a=1")]
    [InlineData("X%2DAmz-Signature=s&a=1", "X-Amz-Signature=s&a=1")]
    public void A_signature_in_the_query_does_not_sign_itself(string query, string canonical) =>
        Assert.Equal(canonical, SignatureV4.CanonicalQuery(new RequestTarget("/", query), hasSignature: true));

    [Theory]
    [InlineData("", null)]
    [InlineData("path/to?a=1&b=%20&empty=", null)]
    [InlineData("x", "a body with \u00e9")]
    public async Task Curl_gets_in(string target, string? body)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        string echo = await CurlAsync(emulator, target, $"{Account.AccessKeyId}:{Account.SecretAccessKey}", body);
        using var json = JsonDocument.Parse(echo);
        JsonElement context = json.RootElement.GetProperty("event").GetProperty("requestContext");

        Assert.Equal(Account.Id, context.GetProperty("accountId").GetString());
        Assert.Equal(Account.AccessKeyId, context.GetProperty("authorizer").GetProperty("iam").GetProperty("accessKey").GetString());
        Assert.Equal(Account.UserArn, context.GetProperty("authorizer").GetProperty("iam").GetProperty("userArn").GetString());
    }

    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE:wrong", "does not match the signature you provided", "Canonical request computed here")]
    [InlineData("AKIAWRONG:wrong", "The security token included in the request is invalid", "it is signed with access key 'AKIAWRONG'")]
    public async Task Curl_with_wrong_credentials_does_not(string user, string message, string explanation)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);

        Assert.Contains(message, await CurlAsync(emulator, "", user, null), StringComparison.Ordinal);
        await emulator.Console.LineAsync(explanation);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a%2Fb/\u00e9")]
    [InlineData("plus+sign/~x")]
    public async Task The_SDKs_signer_gets_in_on_any_path(string path)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        var query = new Dictionary<string, string> { ["b"] = "c+d e", ["a"] = "", ["z"] = "/&=\u00e9" };
        using HttpResponseMessage response = await SdkSigner.PostAsync(emulator, path, query, "body");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Authorization", "AWS4-HMAC-SHA256 nonsense", "IncompleteSignatureException", "'nonsense' not a valid key=value pair (missing")]
    [InlineData(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b, Signature=c",
        "IncompleteSignatureException",
        "not the only one")]
    [InlineData(
        "Authorization",
        "Bearer x",
        "IncompleteSignatureException",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
            + "Authorization header requires 'SignedHeaders' parameter. Authorization=Bearer x")]
    [InlineData("Authorization", "", "IncompleteSignatureException", "requires 'Credential' parameter")]
    [InlineData("X-Amz-Date", "20200101T000000Z", "InvalidSignatureException", "Date in Credential scope does not match")]
    [InlineData("x-amz-content-sha256", "UNSIGNED-PAYLOAD", "InvalidSignatureException", "does not match the signature you provided")]
    [InlineData("x-amz-security-token", "token", "UnrecognizedClientException", "The security token included in the request is invalid")]
    public async Task A_request_that_was_changed_gets_403_as_on_AWS(string header, string value, string errorType, string message)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using HttpResponseMessage response = await SdkSigner.PostAsync(emulator, "", [], "body", request =>
        {
            request.Headers.Remove(header);
            request.Headers.TryAddWithoutValidation(header, value);
        });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(errorType, Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
        Assert.Contains(message, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host;x-amz-date", "a=%FF&b=%fe", "a=%FF&b=%FE", "")]
    [InlineData("date;host", "", "", "")]
    [InlineData("host;x-own", "", "", "Date-as-stamp")]
    public async Task A_signature_of_the_right_form_gets_in(string signedHeaders, string query, string canonicalQuery, string variant)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        (string, string) date = signedHeaders.Contains("x-amz-date", StringComparison.Ordinal) ? ("x-amz-date", SignatureV4.Stamp(now))
            : ("date", variant.Length > 0 ? SignatureV4.Stamp(now) : now.ToString("r", System.Globalization.CultureInfo.InvariantCulture));
        string stamp = SignatureV4.Stamp(now);
        RawAnswer answer = await SendSignedAsync(emulator, query, canonicalQuery, signedHeaders, stamp[..8], stamp, date, ("x-own", "own"));

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("x-amz-date;host", "", "not sorted")]
    [InlineData("host;host;x-amz-date", "", "name 'host' twice")]
    [InlineData("Host;x-amz-date", "", "the host header is not signed")]
    [InlineData("X-own;host;x-amz-date", "", "'X-own' is not named in lower case")]
    [InlineData("host;x-absent;x-amz-date", "", "it has no header 'x-absent'")]
    [InlineData("host;x-amz-date;x-bytes", "", "'x-bytes' is not UTF-8")]
    [InlineData("host;x-amz-date;", "", "'' is not named in lower case")]
    [InlineData("host;x-amz-date", "X-Amz-Signature=1", "the signature is not that of this request")]
    [InlineData("host;x-amz-date", "X%2DAmz-Signature=1&X-Amz-Signature=2", "the signature is not that of this request")]
    [InlineData("host;x-amz-date", "short date", "the date in the scope is not the date of the request")]
    [InlineData("host;x-amz-date", "second header", "The header 'Authorization' must not be given twice")]
    public async Task A_signature_of_the_wrong_form_does_not(string signedHeaders, string variant, string explanation)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        string stamp = SignatureV4.Stamp(TimeProvider.System.GetUtcNow());
        string query = variant.Contains('=', StringComparison.Ordinal) ? variant : "";
        (string, string) second = variant == "second header" ? ("Authorization", "") : ("x-own", "own");
        string date = stamp[..(variant == "short date" ? 4 : 8)];
        RawAnswer answer = await SendSignedAsync(
            emulator, query, "", signedHeaders, date, stamp, ("x-amz-date", stamp), ("x-bytes", "\ufffd"), second);

        Assert.Equal(403, answer.Status);
        await emulator.Console.LineAsync(explanation);
    }

    [Fact]
    public async Task A_changed_body_is_refused()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using HttpResponseMessage response = await SdkSigner.PostAsync(
            emulator, "", [], "body", request => request.Content = new StringContent("other"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData(-6, "Signature expired: ")]
    [InlineData(6, "Signature not yet current: ")]
    public async Task A_clock_more_than_five_minutes_off_is_refused(int minutes, string message)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using HttpRequestMessage request = Sign(emulator, "", TimeProvider.System.GetUtcNow().AddMinutes(minutes));
        using HttpResponseMessage response = await emulator.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_signature_is_forbidden_in_AWSs_words()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using HttpResponseMessage response = await emulator.Client.GetAsync(emulator.Client.BaseAddress, Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("AccessDeniedException", Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
        Assert.Equal(
            """{"Message":"Forbidden. For troubleshooting Function URL authorization issues, """
                + """see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}""",
            await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_ready_made_event_needs_no_signature()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        using HttpResponseMessage response = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_signature_in_the_query_gets_in_until_it_expires()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        Assert.Equal(HttpStatusCode.OK, await PresignedAsync(emulator, now, 60));
        Assert.Equal(HttpStatusCode.Forbidden, await PresignedAsync(emulator, now.AddSeconds(-120), 60));
    }

    [Fact]
    public async Task A_link_presigned_by_the_AWS_SDK_gets_in_and_a_changed_one_does_not()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed);
        var query = new Dictionary<string, string> { ["b"] = "2 +/\u00e9", ["a"] = "", ["X"] = "~" };
        string link = SdkSigner.Presign(emulator, "path/with space", query, TimeSpan.FromMinutes(1));
        using HttpResponseMessage response = await emulator.Client.GetAsync(new Uri(link), Token);
        using HttpResponseMessage changed = await emulator.Client.GetAsync(new Uri($"{link}&c=3"), Token);
        using HttpResponseMessage longer = await emulator.Client.GetAsync(
            new Uri(link.Replace("X-Amz-Expires=60", "X-Amz-Expires=61", StringComparison.Ordinal)), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));

        Assert.Equal("2 +/\u00e9", json.RootElement.GetProperty("event").GetProperty("queryStringParameters").GetProperty("b").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, longer.StatusCode);
    }

    [Theory]
    [InlineData("the token/+=", HttpStatusCode.OK)]
    [InlineData("another token", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Forbidden)]
    public async Task Temporary_credentials_get_in_with_their_session_token_only(string? token, HttpStatusCode status)
    {
        Account temporary = Account with { SessionToken = "the token/+=" };
        await using TestEmulator emulator = await TestEmulator.StartAsync(Signed with { Account = temporary });
        string link = SdkSigner.Presign(emulator, "", [], TimeSpan.FromMinutes(1), Account with { SessionToken = token });
        using HttpResponseMessage inQuery = await emulator.Client.GetAsync(new Uri(link), Token);
        using HttpResponseMessage inHeader = await SdkSigner.PostAsync(emulator, "", [], "body", account: Account with { SessionToken = token });

        Assert.Equal(status, inQuery.StatusCode);
        Assert.Equal(status, inHeader.StatusCode);
    }

    private static async Task<HttpStatusCode> PresignedAsync(TestEmulator emulator, DateTimeOffset at, int seconds)
    {
        string timestamp = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        string scope = $"{timestamp[..8]}/us-east-1/lambda/aws4_request";
        string query = $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={Uri.EscapeDataString($"{Account.AccessKeyId}/{scope}")}"
            + $"&X-Amz-Date={timestamp}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host";
        string canonical = $"GET\n/\n{query}\nhost:127.0.0.1:{emulator.Port}\n\nhost\n{SignatureV4.Hash([])}";
        string signature = SignatureV4.Sign(Account.SecretAccessKey, scope, SignatureV4.StringToSign(timestamp, scope, canonical));
        using HttpResponseMessage response = await emulator.Client.GetAsync(
            new Uri(emulator.Client.BaseAddress!, $"?{query}&X-Amz-Signature={signature}"), Token);
        return response.StatusCode;
    }

    // U+FFFD is signed as that character, and sent as a byte that is not UTF-8, which a server may read as that character.
    private static Task<RawAnswer> SendSignedAsync(
        TestEmulator emulator,
        string query,
        string canonicalQuery,
        string signedHeaders,
        string scopeDate,
        string stamp,
        params (string Name, string Value)[] headers)
    {
        string host = $"127.0.0.1:{emulator.Port}";
        string Value(string name) => name is "host" or "Host"
            ? host
            : headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        string lines = string.Concat(signedHeaders.Split(';').Select(name => $"{name}:{Value(name)}\n"));
        string canonical = $"GET\n/\n{canonicalQuery}\n{lines}\n{signedHeaders}\n{SignatureV4.Hash([])}";
        string scope = $"{scopeDate}/us-east-1/lambda/aws4_request";
        string signature = SignatureV4.Sign(Account.SecretAccessKey, scope, SignatureV4.StringToSign(stamp, scope, canonical));
        return RawClient.SendAsync(
            emulator.Port,
            $"GET /{(query.Length > 0 ? "?" : "")}{query} HTTP/1.1",
            [
                $"Authorization: AWS4-HMAC-SHA256 Credential={Account.AccessKeyId}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}",
                .. headers.Select(header => $"{header.Name}: {header.Value.Replace('\ufffd', '\u00ff')}"),
            ]);
    }

    private static HttpRequestMessage Sign(TestEmulator emulator, string target, DateTimeOffset at)
    {
        string timestamp = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        string scope = $"{timestamp[..8]}/us-east-1/lambda/aws4_request";
        string canonical = $"GET\n/{target}\n\nhost:127.0.0.1:{emulator.Port}\nx-amz-date:{timestamp}\n\nhost;x-amz-date\n{SignatureV4.Hash([])}";
        string signature = SignatureV4.Sign(Account.SecretAccessKey, scope, SignatureV4.StringToSign(timestamp, scope, canonical));
        var request = new HttpRequestMessage(HttpMethod.Get, emulator.Client.BaseAddress + target);
        request.Headers.TryAddWithoutValidation("x-amz-date", timestamp);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={Account.AccessKeyId}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}");
        return request;
    }

    private static async Task<string> CurlAsync(TestEmulator emulator, string target, string user, string? body)
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true };
        string[] arguments =
        [
            "-sS", "-m", "15", "--noproxy", "*", "--aws-sigv4", "aws:amz:us-east-1:lambda", "--user", user,
            .. body is null ? [] : (string[])["--data-binary", body],
            $"http://127.0.0.1:{emulator.Port}/{target}",
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process curl = Process.Start(start)!;
        return await curl.StandardOutput.ReadToEndAsync(Token);
    }
}
