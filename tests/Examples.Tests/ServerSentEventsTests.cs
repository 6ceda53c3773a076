using System.Globalization;
using System.Net;

namespace StreamingLambda.Examples.Tests;

public sealed class ServerSentEventsTests
{
    [Fact]
    public async Task Ticks_come_one_by_one_with_comments_in_the_silence_between()
    {
        await using LocalLambda lambda = await Example.StartAsync("server-sent-events");
        using HttpResponseMessage response = await lambda.OpenAsync("/?every=3");
        using EventReader reader = await EventReader.ReadAsync(response);

        // The last tick, the next, and one that comes three seconds after it.
        ReceivedEvent[] ticks = [await NextAsync(reader), await NextAsync(reader), await NextAsync(reader)];

        Assert.Null(lambda.InvocationOf(response).Report);
        Assert.Equal(["2000", null, null], ticks.Select(tick => tick.Retry));
        Assert.Equal([0, 1, 2], ticks.Select(tick => IdOf(tick) - IdOf(ticks[0])));
        Assert.All(ticks, tick => Assert.Equal(
            DateTimeOffset.FromUnixTimeSeconds(IdOf(tick) * 3).ToString("HH:mm:ss", CultureInfo.InvariantCulture), tick.Data));
        Assert.True(reader.Comments > 0, "There was no comment in three seconds of silence.");
    }

    /// <summary>The function ends its stream before its deadline; whoever connects again with the last id misses nothing.</summary>
    [Fact]
    public async Task A_reader_that_connects_again_goes_on_behind_its_last_tick()
    {
        await using LocalLambda lambda = await Example.StartAsync(
            "server-sent-events", new LocalLambdaOptions { Timeout = TimeSpan.FromSeconds(4) });
        using HttpResponseMessage first = await lambda.OpenAsync("/");
        using EventReader reader = await EventReader.ReadAsync(first);
        ReceivedEvent last = await NextAsync(reader);
        while (await reader.NextAsync() is { } tick)
            last = tick;
        LocalInvocation ended = lambda.InvocationOf(first);
        await ended.WaitAsync();
        Assert.Null(ended.Error);

        using HttpResponseMessage second = await lambda.OpenAsync("/", ("Last-Event-ID", last.Id!));
        using EventReader again = await EventReader.ReadAsync(second);
        Assert.Equal(IdOf(last) + 1, IdOf(await NextAsync(again)));
    }

    [Fact]
    public async Task What_was_missed_comes_at_once_and_has_a_bound()
    {
        await using LocalLambda lambda = await Example.StartAsync("server-sent-events");
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60;
        using HttpResponseMessage response = await lambda.OpenAsync("/?every=60", ("Last-Event-ID", "1"));
        using EventReader reader = await EventReader.ReadAsync(response);
        var ids = new List<long>();
        // A hundred, and the current one. Were they not sent at once, this would take an hour and a half.
        while (ids.Count <= 100)
            ids.Add(IdOf(await NextAsync(reader)));

        Assert.Equal(Enumerable.Range(0, 101), ids.Select(id => (int)(id - ids[0])));
        Assert.InRange(ids[^1], before, before + 1);
    }

    [Theory]
    [InlineData("/?every=0", "", "'every' is a number of seconds, 1 to 60.")]
    [InlineData("/?every=often", "", "'every' is a number of seconds, 1 to 60.")]
    [InlineData("/", "tick-7", "'Last-Event-ID' has no id of this stream. Its ids are numbers.")]
    public async Task What_makes_no_sense_is_refused_before_the_stream_begins(string path, string last, string problem)
    {
        await using LocalLambda lambda = await Example.StartAsync("server-sent-events");
        using HttpResponseMessage response = await lambda.OpenAsync(path, ("Last-Event-ID", last));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(problem, await response.ReadProblemAsync());
    }

    private static async Task<ReceivedEvent> NextAsync(EventReader reader)
    {
        ReceivedEvent? tick = await reader.NextAsync();
        Assert.Equal("tick", tick?.Type);
        return tick!;
    }

    private static long IdOf(ReceivedEvent tick) => long.Parse(tick.Id!, CultureInfo.InvariantCulture);
}
