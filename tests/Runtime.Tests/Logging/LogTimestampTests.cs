using System.Globalization;

using StreamingLambda.Runtime.Logging;

namespace StreamingLambda.Runtime.Tests.Logging;

public sealed class LogTimestampTests
{
    [Theory]
    [InlineData("0001-01-01T00:00:00.000Z")]
    [InlineData("2024-02-29T23:59:59.999Z")]
    [InlineData("2026-01-31T09:05:07.042Z")]
    [InlineData("9999-12-31T23:59:59.999Z")]
    public void A_time_is_written_as_the_framework_writes_it(string expected)
    {
        DateTimeOffset time = DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture);

        Assert.Equal(expected, LogTimestamp.Format(time));
        Assert.Equal(expected, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_time_of_another_zone_is_written_in_UTC() =>
        Assert.Equal("2025-12-31T22:30:00.000Z", LogTimestamp.Format(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(90))));
}
