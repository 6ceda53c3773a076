namespace StreamingLambda.Formats;

/// <summary>Choices for a response of server-sent events.</summary>
/// <example><code>var options = new ServerSentEventsOptions { KeepAliveInterval = TimeSpan.FromSeconds(5) };</code></example>
public sealed record ServerSentEventsOptions
{
    private readonly TimeSpan _keepAliveInterval = TimeSpan.FromSeconds(15);

    /// <summary>What the <c>error</c> event says when the sequence fails. Null, or a null of it: that the stream failed or was interrupted, and no
    /// more (<see cref="StreamError"/>).</summary>
    public Func<Exception, StreamError?>? DescribeError { get; init; }

    /// <summary>After how long without an event a comment is sent, which readers ignore, and which keeps proxies from closing the connection. Default
    /// 15 seconds, as the HTML standard advises; <see cref="Timeout.InfiniteTimeSpan"/> sends none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative or beyond 49 days.</exception>
    public TimeSpan KeepAliveInterval
    {
        get => _keepAliveInterval;
        init
        {
            if (value != Timeout.InfiniteTimeSpan && (value <= TimeSpan.Zero || value.TotalMilliseconds >= uint.MaxValue - 1))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value,
                    "The keep-alive interval must be more than zero and less than 49 days. Use Timeout.InfiniteTimeSpan to send no comments.");
            }
            _keepAliveInterval = value;
        }
    }

    /// <summary>The clock of <see cref="KeepAliveInterval"/>, replaceable in tests.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
