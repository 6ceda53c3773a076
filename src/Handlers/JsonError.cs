using System.Text.Encodings.Web;

using StreamingLambda.Runtime;

namespace StreamingLambda.Handlers;

/// <summary>A whole response that says what is wrong: a status and <c>{"error":"..."}</c>.</summary>
internal static class JsonError
{
    /// <summary>Sends the response and finishes it.</summary>
    public static async Task SendAsync(
        ResponseStreamWriter response,
        int statusCode,
        string message,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] headers)
    {
        await response.WriteStatusAndHeadersAsync(new(statusCode, [("Content-Type", "application/json"), .. headers]), cancellationToken);
        string escaped = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(message);
        await response.WriteAndFinishAsync($$"""{"error":"{{escaped}}"}""" + "\n", cancellationToken);
    }
}
