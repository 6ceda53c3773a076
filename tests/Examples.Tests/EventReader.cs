namespace StreamingLambda.Examples.Tests;

/// <summary>An event of a stream: its fields by their names, as they stand there.</summary>
internal sealed record ReceivedEvent(string Type, string Data, string? Id, string? Retry);

/// <summary>Reads server-sent events from a response as they arrive, and counts the comments in between.</summary>
internal sealed class EventReader(Stream content) : IDisposable
{
    private readonly StreamReader _reader = new(content);

    /// <summary>How many comments there were so far.</summary>
    public int Comments { get; private set; }

    public static async Task<EventReader> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<ReceivedEvent?> NextAsync()
    {
        var fields = new Dictionary<string, string>();
        while (await _reader.ReadLineAsync().WaitAsync(Limits.Step) is { } line)
        {
            if (line.StartsWith(':'))
                Comments++;
            else if (line.Length > 0)
                fields.Add(line.Split(": ")[0], line.Split(": ", 2)[1]);
            else if (fields.Count > 0)
            {
                return new ReceivedEvent(
                    fields.GetValueOrDefault("event", "message"), fields["data"], fields.GetValueOrDefault("id"), fields.GetValueOrDefault("retry"));
            }
        }
        Assert.Empty(fields);
        return null;
    }

    public void Dispose() => _reader.Dispose();
}
