using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>The body as a pipe writer: when bytes wait, and when they are on their way.</summary>
public sealed class PipeWriterTests
{
    private const string OkPrelude = "{\"statusCode\":200}\0\0\0\0\0\0\0\0";

    [Fact]
    public async Task What_is_written_waits_for_the_flush_and_goes_out_as_one_chunk()
    {
        var written = new Gate();
        var read = new Gate();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(new(200));
            PipeWriter body = response.AsPipeWriter();
            body.Write("one "u8);
            body.Write("two"u8);
            Assert.Equal(7, body.UnflushedBytes);
            written.Open();
            await read.WaitAsync();
            FlushResult result = await body.FlushAsync();
            Assert.Equal((false, false, 0), (result.IsCanceled, result.IsCompleted, body.UnflushedBytes));
            await response.FinishAsync();
        });

        await session.Connection.ReadHeadAsync();
        Assert.Equal(OkPrelude, await session.Connection.ReadChunkTextAsync());
        await written.WaitAsync();
        Task<string?> chunk = session.Connection.ReadChunkTextAsync();
        Assert.False(chunk.IsCompleted);
        read.Open();

        Assert.Equal("one two", await chunk);
        Assert.Null(await session.Connection.ReadChunkAsync());
    }

    [Fact]
    public async Task What_waits_goes_out_before_whatever_else_is_written()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            response.AsPipeWriter().Write("1"u8);
            await response.WriteAsync("2");
            response.AsPipeWriter().Write("3"u8);
            await response.AsStream().WriteAsync("4"u8.ToArray());
            response.AsPipeWriter().Write("5"u8);
            await response.AsPipeWriter().WriteAsync("6"u8.ToArray());
            response.AsPipeWriter().Write("7"u8);
            await response.AsStream().FlushAsync();
            response.AsPipeWriter().Write("8"u8);
            await response.WriteAndFinishAsync("9");
        });

        await session.Connection.ReadHeadAsync();
        foreach (string chunk in (string[])["12", "34", "56", "7", "89"])
            Assert.Equal(chunk, await session.Connection.ReadChunkTextAsync());
        Assert.Null(await session.Connection.ReadChunkAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_the_response_takes_along_what_waits(bool completes)
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(new(200));
            PipeWriter body = response.AsPipeWriter();
            body.Write("all"u8);
            if (completes)
                await body.CompleteAsync();
            await response.FinishAsync();
        });

        Assert.Equal(OkPrelude + "all", (await session.AcceptPostAsync()).BodyText);
    }

    [Fact]
    public async Task Status_and_headers_may_follow_as_long_as_nothing_was_flushed()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            PipeWriter body = response.AsPipeWriter();
            body.Write("body"u8);
            await response.WriteStatusAndHeadersAsync(new(200));
            await body.FlushAsync();
            await response.FinishAsync();
        });

        Assert.Equal(OkPrelude + "body", (await session.AcceptPostAsync()).BodyText);
    }

    [Fact]
    public async Task A_flush_begins_the_response_only_if_something_waits()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            PipeWriter body = response.AsPipeWriter();
            await body.FlushAsync();
            response.ContentType = "text/csv";
            body.Write("a,b"u8);
            await body.FlushAsync();
            await body.FlushAsync();
            await response.FinishAsync();
        });

        RecordedRequest post = await session.AcceptPostAsync();
        Assert.Equal(("text/csv", "a,b"), (post.Head["Content-Type"], post.BodyText));
    }

    [Fact]
    public async Task A_handler_that_only_filled_the_pipe_writer_has_written_nothing()
    {
        await using Session session = await Session.InvokeAsync(response =>
        {
            response.AsPipeWriter().Write("never"u8);
            return Task.CompletedTask;
        });

        Assert.Equal("Function.ResponseNotWritten", (await session.AcceptPostAsync()).Head["Lambda-Runtime-Function-Error-Type"]);
    }

    [Fact]
    public async Task Writing_to_it_after_the_end_or_during_another_call_throws()
    {
        var caught = new TaskCompletionSource<string[]>();
        await using Session session = await Session.InvokeAsync(async response =>
        {
            PipeWriter body = response.AsPipeWriter();
            // Nobody reads it all before the handler goes on.
            ValueTask running = response.WriteAsync(new byte[16 * 1024 * 1024]);
            string during = Record.Exception(() => body.GetSpan(1)[0] = 1)!.Message;
            await running;
            await response.FinishAsync();
            caught.SetResult([during, Record.Exception(() => body.GetMemory(1))!.Message]);
        });

        await session.AcceptPostAsync();

        string[] messages = await caught.Task.WaitAsync(Limits.Step);
        Assert.Equal("Cannot write to the response: WriteAsync is still in progress. Await each call before the next one.", messages[0]);
        Assert.StartsWith("Cannot write to the response: it is already finished", messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flush_that_is_cancelled_before_it_begins_loses_nothing()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            PipeWriter body = response.AsPipeWriter();
            body.Write("kept"u8);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await body.FlushAsync(new CancellationToken(canceled: true)));
            body.CancelPendingFlush();
            Assert.True((await body.FlushAsync()).IsCanceled);
            Assert.False((await body.FlushAsync()).IsCanceled);
            await response.FinishAsync();
        });

        Assert.Equal("kept", (await session.AcceptPostAsync()).BodyText);
    }

    [Fact]
    public async Task The_serializer_and_the_JSON_writer_of_NET_write_straight_to_it()
    {
        int[] numbers = [.. Enumerable.Range(0, 50_000)];
        await using Session session = await Session.InvokeAsync(async response =>
        {
            PipeWriter body = response.AsPipeWriter();
            await JsonSerializer.SerializeAsync(body, numbers, PipeJson.Default.Int32Array);
            body.Write("\n"u8);
            await using var json = new Utf8JsonWriter(body);
            json.WriteStringValue("end");
            await json.FlushAsync();
            await response.FinishAsync();
        });

        string[] lines = (await session.AcceptPostAsync()).BodyText.Split('\n');
        Assert.Equal(numbers, JsonSerializer.Deserialize(lines[0], PipeJson.Default.Int32Array));
        Assert.Equal("\"end\"", lines[1]);
    }

    [Fact]
    public async Task A_text_encoder_writes_straight_to_it()
    {
        await using Session session = await Session.InvokeAsync(async response =>
        {
            await response.WriteStatusAndHeadersAsync(new(200));
            Encoding.UTF8.GetBytes("Zoë", response.AsPipeWriter());
            await response.FinishAsync();
        });

        Assert.Equal(OkPrelude + "Zoë", (await session.AcceptPostAsync()).BodyText);
    }
}

[JsonSerializable(typeof(int[]))]
internal sealed partial class PipeJson : JsonSerializerContext;
