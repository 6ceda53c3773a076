using System.Globalization;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>"Calling a function": what a function URL with AuthType AWS_IAM answers to calls that are not signed as they should be. Each entry shows
/// the answer, which is AWS's, and what the emulator adds on its console.</summary>
public sealed class SignatureTests(SignedEmulator fixture) : IClassFixture<SignedEmulator>
{
    private const string Region = SignedEmulator.Region;

    private readonly RunningEmulator _emulator = fixture.Emulator;

    [Fact]
    public async Task An_unsigned_call() => Page.Shows(await CallAsync([]));

    [Fact]
    public async Task The_wrong_secret_key() => Page.Shows(await CallAsync(Signed(secret: "wrong")));

    [Fact]
    public async Task The_wrong_region_or_service() =>
        Page.Shows([.. await CallAsync(Signed(region: "us-east-1")), .. await CallAsync(Signed(service: "execute-api"))]);

    [Fact]
    public async Task A_session_token_that_is_missing() => Page.Shows(await CallAsync(Signed(token: null)));

    [Fact]
    public async Task A_clock_that_is_off()
    {
        string[] slow = await CallAsync(SignedAt("20250101T000000Z"));
        string[] fast = await CallAsync(SignedAt("20990101T000000Z"));

        Page.Shows([.. slow, .. fast]);
    }

    [Fact]
    public async Task A_link_that_has_expired() => Page.Shows((await CallAsync([],
        $"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20250101%2F{Region}%2Flambda%2Faws4_request&X-Amz-Date=20250101T000000Z"
            + "&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=token&X-Amz-Signature=00"))[0]);

    private static string[] Signed(string secret = "right", string region = Region, string service = "lambda", string? token = "token") =>
        [
            "--aws-sigv4", $"aws:amz:{region}:{service}", "--user", $"AKID:{secret}",
            .. token is null ? Array.Empty<string>() : ["--header", $"x-amz-security-token: {token}"],
        ];

    /// <summary>As a machine with another time signs.</summary>
    private static string[] SignedAt(string time) =>
    [
        "--header",
        $"Authorization: AWS4-HMAC-SHA256 Credential=AKID/{time[..8]}/{Region}/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
        "--header", $"x-amz-date: {time}",
        "--header", "x-amz-security-token: token",
    ];

    /// <summary>The answer, and the line on the emulator's console.</summary>
    private async Task<string[]> CallAsync(string[] options, string query = "")
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "'curl' is not in PATH.");
        int before = Explanations().Length;
        CommandResult result = await Command.RunAsync(
            "curl", ["--silent", "--write-out", "\n%{http_code}", .. options, $"{_emulator.Http.BaseAddress}{query}"]);
        string[] answer = result.Output.Split('\n');
        Assert.Equal("403", answer[1]);
        await _emulator.Program.WaitForOutputAsync(string.Create(CultureInfo.InvariantCulture, $"(403 for [\\s\\S]*){{{before + 1}}}"));
        return [answer[0], Explanations()[before]];
    }

    private string[] Explanations() => [.. _emulator.Program.Output.Split('\n').Where(line => line.Contains("403 for ", StringComparison.Ordinal))];
}
