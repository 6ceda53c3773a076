using System.IO.Pipelines;
using System.Threading.Channels;

using StreamingLambda.Runtime;
using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

public sealed class ContentTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("formats-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Each_part_of_a_text_is_on_its_way_before_the_next_is_there()
    {
        var source = Channel.CreateUnbounded<string>();
        TestRun run = OneResponse.Start((response, token) => response.SendTextAsync(source.Reader.ReadAllAsync(token), token));

        await source.Writer.WriteAsync("Zo");
        Assert.Equal("Zo", (await run.ReadChunkAsync())?.Text);
        await source.Writer.WriteAsync("ë");
        Assert.Equal("ë", (await run.ReadChunkAsync())?.Text);
        source.Writer.Complete();
        TestResponse response = await run.WaitAsync();

        Assert.Equal((200, "text/plain; charset=utf-8"), (response.StatusCode, response.Headers["Content-Type"]));
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task Surrogate_halves_are_joined_and_lone_ones_replaced()
    {
        Assert.Equal("a\ud83d\ude00b", await SendAsync("a\ud83d", "\ude00b"));
        Assert.Equal("\ud83d\ude00", await SendAsync("\ud83d", "", null!, "\ude00"));
        Assert.Equal("a\ufffd", await SendAsync("a\ud83d"));
        Assert.Equal("\ufffdx", await SendAsync("\ude00", "x"));
        Assert.Equal("\n", await SendAsync());

        static async Task<string> SendAsync(params string[] parts)
        {
            TestResponse response = await OneResponse.RunAsync((response, token) =>
                response.SendTextAsync(new Sequence<string>(parts).ReadAsync(token), token));
            Assert.Null(response.Error);
            return response.BodyText;
        }
    }

    [Fact]
    public async Task A_text_that_fails_before_its_first_part_fails_the_invocation_and_later_is_cut_off()
    {
        TestResponse before = await RunAsync(new Sequence<string> { Failure = new TimeoutException() });
        TestResponse after = await RunAsync(new Sequence<string>("a") { Failure = new TimeoutException() });

        Assert.Equal((502, false), (before.StatusCode, before.Error?.IsMidResponse));
        Assert.Equal((203, "a", true), (after.StatusCode, after.BodyText, after.Error?.IsMidResponse));

        static Task<TestResponse> RunAsync(Sequence<string> parts) =>
            OneResponse.RunAsync((response, token) => response.SendTextAsync(parts.ReadAsync(token), new(203), token));
    }

    [Fact]
    public async Task A_part_without_a_byte_begins_nothing()
    {
        // Half of a pair has no bytes either before the other half is there.
        foreach (string[] parts in (string[][])[[""], [null!], ["\ud83d"], ["", "", "\ud83d"]])
        {
            TestResponse response = await OneResponse.RunAsync((response, token) =>
                response.SendTextAsync(new Sequence<string>(parts) { Failure = new TimeoutException() }.ReadAsync(token), token));

            Assert.Equal((502, "TimeoutException", false), (response.StatusCode, response.Error?.Type, response.Error?.IsMidResponse));
        }
    }

    [Fact]
    public async Task A_file_is_sent_as_it_is()
    {
        byte[] content = new byte[200_000];
        new Random(1).NextBytes(content);
        string path = Path.Combine(_directory, "content.bin");
        await File.WriteAllBytesAsync(path, content);

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendFileAsync(path, new(200, ("Content-Type", "image/png")), token));

        Assert.Equal((200, "image/png"), (response.StatusCode, response.Headers["Content-Type"]));
        Assert.Equal(content, response.Body.ToArray());
        Assert.True(response.Chunks.Count > 1);
    }

    [Fact]
    public async Task A_file_that_is_not_there_sends_nothing_so_that_another_answer_can_follow()
    {
        TestResponse response = await OneResponse.RunAsync(async (response, token) =>
        {
            await Assert.ThrowsAsync<FileNotFoundException>(() => response.SendFileAsync(Path.Combine(_directory, "none"), new(200), token));
            await Assert.ThrowsAsync<UnauthorizedAccessException>(() => response.SendFileAsync(_directory, new(200), token));
            await response.WriteStatusAndHeadersAsync(new(404), token);
            await response.WriteAndFinishAsync("no such file", token);
        });

        Assert.Equal((404, "no such file"), (response.StatusCode, response.BodyText));
    }

    [Theory]
    [InlineData(false, "\n")]
    [InlineData(true, "")]
    public async Task An_empty_file_follows_the_rule_of_empty_bodies(bool allowEmptyBody, string body)
    {
        string path = Path.Combine(_directory, "empty");
        await File.WriteAllBytesAsync(path, []);

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendFileAsync(path, new StatusAndHeaders(200) { AllowEmptyBody = allowEmptyBody }, token));

        Assert.Equal((200, body, "application/octet-stream"), (response.StatusCode, response.BodyText, response.Headers["Content-Type"]));
    }

    [Fact]
    public async Task Each_piece_of_a_stream_is_on_its_way_as_soon_as_the_stream_has_it()
    {
        var pipe = new Pipe();
        Stream content = pipe.Reader.AsStream();
        TestRun run = OneResponse.Start((response, token) => response.SendStreamAsync(content, new(200, ("Content-Type", "text/csv")), token));

        await pipe.Writer.WriteAsync("id\n"u8.ToArray());
        Assert.Equal("id\n", (await run.ReadChunkAsync())?.Text);
        await pipe.Writer.WriteAsync("1\n"u8.ToArray());
        Assert.Equal("1\n", (await run.ReadChunkAsync())?.Text);
        await pipe.Writer.CompleteAsync();
        TestResponse response = await run.WaitAsync();

        Assert.Equal("text/csv", response.Headers["Content-Type"]);
        Assert.Null(response.Error);
        Assert.True(content.CanRead);
    }

    [Fact]
    public async Task A_stream_is_sent_from_its_position_and_stays_open()
    {
        using var content = new MemoryStream("0123456789"u8.ToArray()) { Position = 7 };

        TestResponse response = await OneResponse.RunAsync((response, token) => response.SendStreamAsync(content, new(200), token));

        Assert.Equal("789", response.BodyText);
        Assert.True(content.CanRead);
    }

    [Fact]
    public async Task A_stream_that_fails_at_its_first_read_fails_the_invocation()
    {
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync(new IOException("the disk is gone"));

        TestResponse response = await OneResponse.RunAsync((response, token) => response.SendStreamAsync(pipe.Reader.AsStream(), new(200), token));

        Assert.Equal((502, "the disk is gone", false), (response.StatusCode, response.Error?.Message, response.Error?.IsMidResponse));
    }

    [Fact]
    public async Task A_stream_that_fails_later_is_cut_off()
    {
        var pipe = new Pipe();
        TestRun run = OneResponse.Start((response, token) => response.SendStreamAsync(pipe.Reader.AsStream(), new(200), token));

        await pipe.Writer.WriteAsync("some"u8.ToArray());
        await run.ReadChunkAsync();
        await pipe.Writer.CompleteAsync(new IOException("the disk is gone"));
        TestResponse response = await run.WaitAsync();

        Assert.Equal((200, "some", true), (response.StatusCode, response.BodyText, response.Error?.IsMidResponse));
    }
}
