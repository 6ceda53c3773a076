using System.Globalization;
using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Logging;
using StreamingLambda.Testing;

namespace StreamingLambda.Runtime.Tests.Logging;

public sealed class LogWriterTests : IDisposable
{
    private static readonly LogScope Scope = new("request-1", "tenant-1", "Root=1-a");

    private readonly ManualClock _time = new();
    private readonly MemoryStream _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_text_line_has_time_level_request_id_and_message()
    {
        Write(new LambdaEnvironment(), LambdaLogLevel.Info, "hello", null, Scope);

        Assert.Equal("2026-01-01T00:00:00.000Z\tINFO\trequest-1\thello\n", Output);
    }

    [Fact]
    public void A_text_line_stays_one_line_whatever_it_says()
    {
        Write(new LambdaEnvironment(), LambdaLogLevel.Error, "a\r\nb\nc\u2028d", Thrown("e\nf"), Scope);

        Assert.Equal(1, Output.Count(c => c is '\n' or '\r' or '\u2028'));
        Assert.Contains("a\\nb\\nc\\nd\tInvalidOperationException: e\\nf\tat ", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_json_line_has_all_its_fields()
    {
        Write(new LambdaEnvironment { LogFormat = "JSON" }, LambdaLogLevel.Error, "it \"failed\"\n", Thrown("bad 🙂"), Scope);

        Assert.Equal(1, Output.Count(c => c == '\n'));
        using var line = JsonDocument.Parse(Output);
        Assert.Equal(
            ["timestamp", "level", "requestId", "tenantId", "traceId", "message", "errorType", "errorMessage", "stackTrace"],
            line.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("2026-01-01T00:00:00.000Z", Text(line, "timestamp"));
        Assert.Equal("ERROR", Text(line, "level"));
        Assert.Equal("request-1", Text(line, "requestId"));
        Assert.Equal("tenant-1", Text(line, "tenantId"));
        Assert.Equal("Root=1-a", Text(line, "traceId"));
        Assert.Equal("it \"failed\"\n", Text(line, "message"));
        Assert.Equal("InvalidOperationException", Text(line, "errorType"));
        Assert.Equal("bad 🙂", Text(line, "errorMessage"));
        Assert.Contains("LogWriterTests.Thrown", line.RootElement.GetProperty("stackTrace")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_json_line_leaves_out_what_there_is_not()
    {
        Write(new LambdaEnvironment { LogFormat = "json" }, LambdaLogLevel.Info, "m", null, new LogScope("request-1"));

        Assert.Equal("{\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"level\":\"INFO\",\"requestId\":\"request-1\",\"message\":\"m\"}\n", Output);
    }

    [Theory]
    [InlineData(null, "INFO WARN ERROR FATAL")]
    [InlineData("nonsense", "INFO WARN ERROR FATAL")]
    [InlineData("TRACE", "TRACE DEBUG INFO WARN ERROR FATAL")]
    [InlineData("debug", "DEBUG INFO WARN ERROR FATAL")]
    [InlineData("WARN", "WARN ERROR FATAL")]
    [InlineData("ERROR", "ERROR FATAL")]
    [InlineData("FATAL", "FATAL")]
    public void The_level_decides_what_is_written(string? level, string expected)
    {
        var writer = new LogWriter(_output, new LambdaEnvironment { LogLevel = level }, _time);
        foreach (LambdaLogLevel each in Enum.GetValues<LambdaLogLevel>())
        {
            writer.Write(each, "m", null, Scope);
            Assert.Equal(expected.Contains(each.ToString().ToUpper(CultureInfo.InvariantCulture), StringComparison.Ordinal), writer.IsEnabled(each));
        }

        Assert.Equal(expected, string.Join(' ', Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[1])));
    }

    [Fact]
    public void A_log_that_nobody_reads_does_not_stop_the_function()
    {
        using var broken = new BrokenPipe();

        new LogWriter(broken, new LambdaEnvironment(), _time).Write(LambdaLogLevel.Error, "m", null, Scope);

        Assert.True(broken.WasWrittenTo);
    }

    [Fact]
    public void A_log_that_has_ended_does_not_stop_what_a_handler_left_running()
    {
        var writer = new LogWriter(_output, new LambdaEnvironment(), _time);
        _output.Dispose();

        Assert.Null(Record.Exception(() => writer.Write(LambdaLogLevel.Error, "m", null, Scope)));
    }

    [Fact]
    public async Task A_handler_logs_with_its_invocations_ids()
    {
        await using Session session = await Session.StartAsync(
            async (invocation, response, _) =>
            {
                invocation.Log.Debug("not written");
                Assert.False(invocation.Log.IsEnabled(LambdaLogLevel.Debug));
                invocation.Log.Info("accepted");
                invocation.Log.Warn("odd", new InvalidOperationException("why"));
                await response.FinishAsync();
            },
            new LambdaEnvironment { LogFormat = "JSON" });
        await session.Connection.GiveInvocationAsync("request-1", "{\"secret\":\"hunter2\"}", ("Lambda-Runtime-Aws-Tenant-Id", "tenant-1"));
        await session.AcceptPostAsync();
        await session.ReadNextAsync();

        Assert.Equal(2, session.Runtime.LogLines.Length);
        Assert.EndsWith(
            "\"level\":\"INFO\",\"requestId\":\"request-1\",\"tenantId\":\"tenant-1\",\"message\":\"accepted\"}",
            session.Runtime.LogLines[0],
            StringComparison.Ordinal);
        Assert.EndsWith(
            "\"message\":\"odd\",\"errorType\":\"InvalidOperationException\",\"errorMessage\":\"why\",\"stackTrace\":[]}",
            session.Runtime.LogLines[1],
            StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Concat(session.Runtime.LogLines), StringComparison.Ordinal);
    }

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    private void Write(LambdaEnvironment environment, LambdaLogLevel level, string message, Exception? exception, LogScope scope) =>
        new LogWriter(_output, environment, _time).Write(level, message, exception, scope);

    private static string? Text(JsonDocument line, string name) => line.RootElement.GetProperty(name).GetString();

    private static InvalidOperationException Thrown(string message)
    {
        try
        {
            throw new InvalidOperationException(message);
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    private sealed class BrokenPipe : MemoryStream
    {
        public bool WasWrittenTo { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            WasWrittenTo = true;
            throw new IOException("Broken pipe");
        }
    }
}
