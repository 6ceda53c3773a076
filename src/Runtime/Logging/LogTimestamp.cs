namespace StreamingLambda.Runtime.Logging;

/// <summary>A time as Lambda's logs have it: <c>2026-01-31T09:05:07.042Z</c>.</summary>
/// <remarks>By hand: <see cref="DateTime.ToString(string)"/> knows every format, and so the time zones, 160 KB of a native binary.</remarks>
internal static class LogTimestamp
{
    private const string Form = "0000-00-00T00:00:00.000Z";

    public static string Format(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        Span<char> text = stackalloc char[Form.Length];
        Form.CopyTo(text);
        Put(text[..4], utc.Year);
        Put(text[5..7], utc.Month);
        Put(text[8..10], utc.Day);
        Put(text[11..13], utc.Hour);
        Put(text[14..16], utc.Minute);
        Put(text[17..19], utc.Second);
        Put(text[20..23], utc.Millisecond);
        return new string(text);
    }

    /// <summary>Fills the digits, with leading zeros.</summary>
    private static void Put(Span<char> digits, int value)
    {
        for (int i = digits.Length - 1; i >= 0; i--, value /= 10)
            digits[i] = (char)('0' + (value % 10));
    }
}
