using System.Text.Json;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>Events as a function URL sends them.</summary>
internal static class Events
{
    /// <summary>A GET with a query of plain names and values.</summary>
    public static string Get(string query)
    {
        IEnumerable<string> parameters = query.Split('&').Select(pair => pair.Split('=')).Select(pair => $"{Json(pair[0])}:{Json(pair[1])}");
        return $$$"""
            {"version":"2.0","rawPath":"/","rawQueryString":{{{Json(query)}}},"queryStringParameters":{{{{string.Join(',', parameters)}}}},
            "headers":{},"requestContext":{"http":{"method":"GET","path":"/"}},"isBase64Encoded":false}
            """;
    }

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
