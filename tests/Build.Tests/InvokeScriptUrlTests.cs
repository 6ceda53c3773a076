using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Build.Tests;

/// <summary>How scripts/invoke.sh sends URLs that curl of one version or another signs otherwise than AWS does.</summary>
public sealed class InvokeScriptUrlTests : IDisposable
{
    private const string Secret = "wJalr/XUtnFEMI+K7MDENG";

    // As it is given, and as it is sent.
    private static readonly (string Given, string Sent)[] Urls =
    [
        ("", "/"),
        ("?", "/"),
        ("?b=2&a=1", "/?a=1&b=2"),
        ("?a=2&a=1", "/?a=1&a=2"),
        ("?a-b=1&a=2", "/?a=2&a-b=1"),
        ("?flag", "/?flag="),
        ("?b&a=1&&", "/?a=1&b="),
        ("?a=x=y", "/?a=x%3Dy"),
        ("?a=b+c%2fd/e:f@g!", "/?a=b%20c%2Fd%2Fe%3Af%40g%21"),
        ("?a=%7e%41 ~'()*[1-2]{x}", "/?a=~A%20~%27%28%29%2A%5B1-2%5D%7Bx%7D"),
        ("?a=\u00fc&%=%zz", "/?%25=%25zz&a=%C3%BC"),
        ("?a=1#not?sent", "/?a=1"),
        ("p/q~r/?a=1", "/p/q~r/?a=1"),
        ("a b%20c", "/a%20b%20c"),
        ("a%2fb@c:d=e+f,g;h", "/a%2Fb@c:d=e+f,g;h"),
        ("x'(y)*!$&[1]{2,3}?b&a", "/x'(y)*!$&%5B1%5D%7B2,3%7D?a=&b="),
        ("\u00fc/%C3%BC", "/%C3%BC/%C3%BC"),
        ("/a//b@c", "//a//b@c"),
    ];

    private readonly RecordingServer _server = new(SendAsync);

    public InvokeScriptUrlTests() => Requires.Programs("curl");

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Every_url_is_signed_as_AWSs_own_signer_for_Python_signs_what_was_sent()
    {
        List<string> sent = [];
        List<string> signatures = [];
        List<string> requests = [];
        foreach ((string given, _) in Urls)
        {
            CommandResult result = await Command.RunAsync(
                Repository.PathOf("scripts/invoke.sh"), [_server.Url + given], environment: Environment());
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            sent.Add(_server.PathAndQuery);
            signatures.Add(_server.Headers["Authorization"].Split("Signature=")[1]);
            string url = _server.Url.TrimEnd('/') + _server.PathAndQuery;
            requests.Add(string.Join('\n', [url, .. _server.Headers.Select(header => $"{header.Key}:{header.Value}")]));
        }

        Assert.Equal(Urls.Select(url => url.Sent), sent);
        Assert.Equal(await Botocore.SignaturesAsync(requests), signatures);
    }

    private static async Task SendAsync(HttpResponse response) => await response.Body.WriteAsync("ok\n"u8.ToArray());

    private static Dictionary<string, string?> Environment() => new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKID",
        ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["AWS_SESSION_TOKEN"] = "token/with+signs==",
        ["AWS_REGION"] = "eu-west-1",
    };

    /// <summary>The signer of AWS's SDK for Python and its CLI: a second opinion, of somebody who saw no line of ours.</summary>
    private static class Botocore
    {
        private const string Program = """
            import sys
            from botocore.auth import SigV4Auth
            from botocore.awsrequest import AWSRequest
            from botocore.credentials import Credentials
            for request in sys.argv[2:]:
                url, *lines = request.split('\n')
                headers = {name.lower(): value for name, value in (line.split(':', 1) for line in lines)}
                signed = headers['authorization'].split('SignedHeaders=')[1].split(',')[0].split(';')
                auth = SigV4Auth(Credentials('AKID', sys.argv[1], headers['x-amz-security-token']), 'lambda', 'eu-west-1')
                copy = AWSRequest('GET', url, {name: headers[name] for name in signed})
                copy.context['timestamp'] = headers['x-amz-date']
                print(auth.signature(auth.string_to_sign(copy, auth.canonical_request(copy)), copy))
            """;

        public static async Task<string[]> SignaturesAsync(IEnumerable<string> requests)
        {
            Assert.SkipUnless(Tools.IsInPath("python3"), "There is no python3 here.");
            CommandResult found = await Command.RunAsync("python3", ["-c", "import botocore"]);
            Assert.SkipUnless(found.ExitCode == 0, "This machine's python3 has no botocore (Debian: python3-botocore).");
            CommandResult result = await Command.RunAsync("python3", ["-c", Program, Secret, .. requests]);
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
