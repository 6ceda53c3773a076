namespace StreamingLambda.Examples.Tests;

public sealed class TracingTests
{
    [Fact]
    public async Task Spans_of_Lambda_s_trace_reach_the_collector_after_each_invocation()
    {
        await using Collector collector = await Collector.StartAsync();
        await using RunningEmulator emulator = await RunningEmulator.StartAsync(
        [
            "--port", "0", "--auth", "NONE", "--bootstrap", await Example.PublishAsync("tracing"), "--handler", "tracing",
            "--env", $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}",
        ]);

        for (int i = 0; i < 2; i++)
        {
            // A sampled one: others have no spans.
            string trace = $"5759e988bd862e3fe1be46a99427279{i}";
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add("X-Amzn-Trace-Id", $"Root=1-{trace[..8]}-{trace[8..]};Parent=53995c3f42cd8ad8;Sampled=1");
            using HttpResponseMessage response = await emulator.Http.SendAsync(request);
            Assert.Equal($"This is trace {trace}.\n", await response.Content.ReadAsStringAsync());
            (string path, byte[] body) = await collector.NextAsync();

            Assert.Equal("/v1/traces", path);
            // OTLP has the trace id's sixteen bytes in each span, and their names as they are.
            Assert.Equal(2, CountOf(Convert.FromHexString(trace), body));
            Assert.Equal(1, CountOf("think"u8, body));
        }
    }

    private static int CountOf(ReadOnlySpan<byte> sought, ReadOnlySpan<byte> bytes) => bytes.Count(sought);
}
