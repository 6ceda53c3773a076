using System.Net;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.EndToEnd.Tests.ForeignRuntimes;

/// <summary>The examples in Go, Python and JavaScript: runtimes of their own, in their language's standard library.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("python", "/usr/bin/python3", "ValueError")]
    [InlineData("node", "node", "RangeError")]
    [InlineData("go", "go", "Function.Failed")]
    public async Task It_streams_and_fails_as_a_function_should(string language, string needs, string errorType)
    {
        ForeignRuntime.PathOf(needs);
        string folder = await CopyAsync(language);
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions { Path = Path.Combine(folder, "template.yaml") });

        using HttpResponseMessage response = await lambda.GetAsync("/?count=2");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("Number: 1\nNumber: 2\nStreaming complete!\n", await response.Content.ReadAsStringAsync());
        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitAsync();
        // Written 0.2 s apart. A busy machine may read two of them together, but not all.
        Assert.True(invocation.Chunks.Count > 1, string.Join('|', invocation.Chunks.Select(chunk => chunk.Text)));

        using HttpResponseMessage middle = await lambda.GetAsync("/fail?count=1");
        Assert.Equal("Number: 1\n", await middle.Content.ReadAsStringAsync());
        LocalInvocation failed = lambda.InvocationOf(middle);
        await failed.WaitAsync();
        Assert.Equal((errorType, "failed in the middle"), (failed.Error?.Type, failed.Error?.Message));

        using HttpResponseMessage refused = await lambda.GetAsync("/?count=x");
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        LocalInvocation before = lambda.InvocationOf(refused);
        await before.WaitAsync();
        Assert.Equal((errorType, false), (before.Error?.Type, before.Error?.IsFoundByPlatform));
        Assert.Null(before.FirstByte);
        Assert.Equal("Number: 1\nStreaming complete!\n", await lambda.Function.Http.GetStringAsync(new Uri("/?count=1", UriKind.Relative)));
        Assert.DoesNotContain(lambda.Log, line => line.Contains("PROTOCOL", StringComparison.Ordinal));
        // All of that in one process.
        Assert.Equal([true, false, false], new[] { invocation, failed, before }.Select(one => one.Report?.InitDuration is not null));
    }

    [Fact]
    public async Task A_binary_for_another_processor_runs_when_QEMU_wraps_it()
    {
        string qemu = ForeignRuntime.PathOf("qemu-aarch64-static");
        ForeignRuntime.PathOf("go");
        string folder = await CopyAsync("go", "arm64");
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions { Path = folder, Wrap = qemu });

        Assert.Equal("Number: 1\nStreaming complete!\n", await lambda.Function.Http.GetStringAsync(new Uri("/?count=1", UriKind.Relative)));
    }

    // As its README says, in a copy: what Go builds does not belong beside the sources.
    private async Task<string> CopyAsync(string language, string? architecture = null)
    {
        string example = $"examples/bootstrap-{language}";
        string folder = Path.Combine(_directory.Add(example), example);
        if (language != "go")
            return folder;
        CommandResult build = await Command.RunAsync(
            "go",
            ["build", "-o", "bootstrap", "."],
            folder,
            new Dictionary<string, string?>
            {
                ["GOARCH"] = architecture,
                ["CGO_ENABLED"] = "0",
                ["GOCACHE"] = Repository.PathOf("artifacts/go-build"),
            },
            TimeSpan.FromMinutes(4));
        Assert.True(build.ExitCode == 0, build.Output + build.Error);
        return folder;
    }
}
