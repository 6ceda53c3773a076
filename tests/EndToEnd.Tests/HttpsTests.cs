using System.Diagnostics;
using System.Text;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>The handler that docs/formats.md shows for it, compiled natively, streams from a server over TLS.</summary>
public sealed class HttpsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(null)]
    [InlineData("/nowhere")]
    public async Task A_native_function_streams_what_it_gets_over_https(string? otherCertificates)
    {
        await using var server = new HttpsServer();
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram program = Start(server, api, server.CertificateFile, otherCertificates);
        ScriptedConnection connection = await api.AcceptAsync();

        for (int i = 1; i <= 2; i++)
        {
            long given = Stopwatch.GetTimestamp();
            await connection.GiveInvocationAsync($"request-{i}");
            if (i == 1)
                await server.AcceptAsync();
            await server.AnswerAsync();
            await server.SendAsync("first ");

            // The first piece is at Lambda before the server has sent the second.
            await connection.ReadHeadAsync();
            string prelude = Encoding.UTF8.GetString((await connection.ReadChunkAsync())!);
            Assert.Contains("text/plain", prelude, StringComparison.Ordinal);
            Assert.Equal("first ", Encoding.UTF8.GetString((await connection.ReadChunkAsync())!));
            output.WriteLine(FormattableString.Invariant(
                $"first piece of invocation {i}: {Stopwatch.GetElapsedTime(given).TotalMilliseconds:F1} ms"));

            await server.SendAsync("second");
            Assert.Equal("second", Encoding.UTF8.GetString((await connection.ReadChunkAsync())!));
            await server.EndAsync();
            Assert.Null(await connection.ReadChunkAsync());
            Assert.Empty(await connection.ReadTrailersAsync());
            await connection.AnswerAsync(202);
        }
        await connection.ReadHeadAsync();
        output.WriteLine(FormattableString.Invariant($"resident: {program.Memory / 1e6:F1} MB"));
        Assert.Equal("", program.Output);
    }

    [Fact]
    public async Task It_refuses_a_server_whose_certificate_nobody_signed()
    {
        await using var server = new HttpsServer();
        await using var api = new ScriptedRuntimeApi();
        await using RunningProgram program = Start(server, api);
        ScriptedConnection connection = await api.AcceptAsync();
        await connection.GiveInvocationAsync();
        Task refusal = Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await server.AcceptAsync();
            await server.AnswerAsync();
        });

        RecordedRequest report = await connection.ReadRequestAsync();
        await connection.AnswerAsync(202);

        Assert.EndsWith("/error", report.Head.Path, StringComparison.Ordinal);
        Assert.Contains("The SSL connection could not be established", report.BodyText, StringComparison.Ordinal);
        await refusal;
    }

    /// <param name="server">From which the function streams.</param>
    /// <param name="api">Its Runtime API.</param>
    /// <param name="trusted">A file with a certificate to trust; null for the machine's.</param>
    /// <param name="otherCertificates">A directory with more of them; null for the machine's.</param>
    private static RunningProgram Start(
        HttpsServer server, ScriptedRuntimeApi api, string? trusted = null, string? otherCertificates = null) => RunningProgram.Start(
        Programs.HttpsFunction(),
        [],
        new Dictionary<string, string?>
        {
            ["AWS_LAMBDA_RUNTIME_API"] = api.Address,
            ["_HANDLER"] = server.Address.AbsoluteUri,
            ["SSL_CERT_FILE"] = trusted,
            ["SSL_CERT_DIR"] = otherCertificates,
        });
}
