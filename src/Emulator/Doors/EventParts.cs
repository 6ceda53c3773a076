using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamingLambda.Emulator.Doors;

/// <summary>What the events of function URLs and APIs have in common.</summary>
internal static class EventParts
{
    /// <summary>A time as AWS writes it into events.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("dd'/'MMM'/'yyyy':'HH':'mm':'ss' +0000'", CultureInfo.InvariantCulture);

    /// <summary>The address of the caller.</summary>
    public static string SourceIp(HttpContext context) => (context.Connection.RemoteIpAddress ?? IPAddress.Loopback).ToString();

    /// <summary>A body that is not empty: as text, where what is not UTF-8 is lost, or in base64.</summary>
    public static void WriteBody(Utf8JsonWriter json, ReadOnlyMemory<byte> body, bool isText)
    {
        if (isText)
            json.WriteString("body", Encoding.UTF8.GetString(body.Span));
        else
            json.WriteBase64String("body", body.Span);
        json.WriteBoolean("isBase64Encoded", !isText);
    }

    /// <summary>An object of texts.</summary>
    public static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> members)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in members)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
