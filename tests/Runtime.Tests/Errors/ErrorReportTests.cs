using System.Text;
using System.Text.Json;

using StreamingLambda.Runtime.Errors;

namespace StreamingLambda.Runtime.Tests.Errors;

public sealed class ErrorReportTests
{
    [Fact]
    public void Inner_exceptions_appear_with_their_frames()
    {
        var report = ErrorReport.From(Thrown(() => throw new InvalidOperationException("outer", Thrown(() => throw new FormatException("inner")))));

        Assert.Equal("InvalidOperationException", report.ErrorType);
        Assert.Equal("outer", report.ErrorMessage);
        int cause = report.StackTrace.ToList().IndexOf("Caused by FormatException: inner");
        Assert.InRange(cause, 1, report.StackTrace.Count - 2);
        Assert.All(report.StackTrace.Where((_, i) => i != cause), frame => Assert.StartsWith("at ", frame, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_exception_of_an_aggregate_appears()
    {
        var report = ErrorReport.From(new AggregateException("several", new FormatException("one"), new TimeoutException("two")));

        Assert.Equal(["Caused by FormatException: one", "Caused by TimeoutException: two"], report.StackTrace);
    }

    [Fact]
    public void A_deep_stack_leaves_room_for_the_other_exceptions_of_an_aggregate()
    {
        var report = ErrorReport.From(new AggregateException(Thrown(() => Throw(500)), Thrown(() => Throw(500)), new TimeoutException("last")));

        Assert.InRange(report.StackTrace.Count, 20, 200);
        Assert.Equal("Caused by TimeoutException: last", report.StackTrace[^1]);
        Assert.Equal(2, report.StackTrace.Count(frame => frame == "... and more frames"));

        static void Throw(int depth)
        {
            if (depth == 0)
                throw new InvalidOperationException("deep");
            Throw(depth - 1);
            GC.KeepAlive(depth);
        }
    }

    [Fact]
    public void More_exceptions_than_are_reported_are_mentioned()
    {
        var report = ErrorReport.From(new AggregateException(Enumerable.Range(0, 50).Select(i => new FormatException("f"))));

        Assert.Equal("... and more causes", report.StackTrace[^1]);
        Assert.Equal(10, report.StackTrace.Count(frame => frame == "Caused by FormatException: f"));
    }

    [Fact]
    public void Endless_inner_exceptions_end()
    {
        Exception nested = new InvalidOperationException("0");
        for (int i = 0; i < 1000; i++)
            nested = new InvalidOperationException("n", nested);

        Assert.InRange(ErrorReport.From(nested).StackTrace.Count, 10, 200);
    }

    [Fact]
    public void The_type_that_Lambda_keeps_is_letters_only()
    {
        Exception[] exceptions = [new FormatException(), new Generic<int>(), new With_underscore_and_9()];
        ErrorReport[] reports = [.. exceptions.Select(ErrorReport.From)];

        Assert.Equal(
            ["Function.FormatException", "Function.Generic", "Function.Withunderscoreand"], reports.Select(report => report.LambdaErrorType));
        Assert.Equal(["FormatException", "Generic`1", "With_underscore_and_9"], reports.Select(report => report.ErrorType));
        Assert.All(reports, report => Assert.Matches("^(Runtime|Function)\\.[A-Z][a-zA-Z]+$", report.LambdaErrorType));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(2880)]
    public void A_report_that_is_too_long_keeps_its_type_and_the_start_of_its_message(int maxBytes)
    {
        var report = new ErrorReport("T", new string('é', 5000), [.. Enumerable.Repeat("at Some.Frame()", 300)], "Function.T");

        byte[] json = report.ToJson(maxBytes);

        Assert.InRange(json.Length, 100, maxBytes);
        using var parsed = JsonDocument.Parse(json);
        Assert.Equal("T", parsed.RootElement.GetProperty("errorType").GetString());
        Assert.Matches("^é+… \\(shortened\\)$", parsed.RootElement.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public void A_message_of_any_length_is_bounded()
    {
        var report = ErrorReport.From(new InvalidOperationException(new string('x', 10_000_000)));

        Assert.InRange(report.ToJson().Length, 32_000, 40_000);
    }

    [Fact]
    public void The_xray_cause_names_type_message_and_frames()
    {
        var report = new ErrorReport("FormatException", "bad é", ["at A.B(String c) in /src/A.cs:line 12", "at C.D()"], "Function.FormatException");

        string cause = XRayErrorCause.Format(report, "/var/task/");

        Assert.True(Ascii.IsValid(cause));
        using var json = JsonDocument.Parse(cause);
        Assert.Equal("/var/task/", json.RootElement.GetProperty("working_directory").GetString());
        JsonElement exception = json.RootElement.GetProperty("exceptions")[0];
        Assert.Equal("FormatException", exception.GetProperty("type").GetString());
        Assert.Equal("bad é", exception.GetProperty("message").GetString());
        JsonElement frame = exception.GetProperty("stack")[0];
        Assert.Equal(("A.B(String c)", "/src/A.cs", 12),
            (frame.GetProperty("label").GetString(), frame.GetProperty("path").GetString(), frame.GetProperty("line").GetInt32()));
        Assert.Equal("C.D()", exception.GetProperty("stack")[1].GetProperty("label").GetString());
    }

    [Fact]
    public void The_xray_cause_is_bounded()
    {
        var many = new ErrorReport("T", "m", [.. Enumerable.Repeat("at Some.Frame.With.A.Long.Name(Of, Many, Arguments)", 200)], "Function.T");
        var endless = many with { ErrorMessage = new string('x', 20_000) };

        Assert.InRange(XRayErrorCause.Format(many, "/").Length, 1000, 8 * 1024);
        Assert.InRange(XRayErrorCause.Format(endless, "/").Length, 1000, 8 * 1024);
    }

    private static Exception Thrown(Action action) => Record.Exception(action)!;

    private sealed class Generic<T> : Exception
    {
        public override string Message => typeof(T).Name;
    }

    private sealed class With_underscore_and_9 : Exception;
}
