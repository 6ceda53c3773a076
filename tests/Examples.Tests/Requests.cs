using System.Text;
using System.Text.Json.Nodes;

namespace StreamingLambda.Examples.Tests;

/// <summary>Requests whose answers are read while they come.</summary>
internal static class Requests
{
    /// <summary>Sends GET and returns when the head of the answer is there.</summary>
    public static async Task<HttpResponseMessage> OpenAsync(this LocalLambda lambda, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach ((string name, string value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await lambda.Function.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Limits.Step);
    }

    /// <summary>Sends JSON and returns when the head of the answer is there.</summary>
    public static async Task<HttpResponseMessage> PostAsync(this LocalLambda lambda, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative))
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        return await lambda.Function.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Limits.Step);
    }

    /// <summary>What a problem says is wrong.</summary>
    public static async Task<string?> ReadProblemAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())?["detail"];
    }

    /// <summary>The lines of a whole answer.</summary>
    public static async Task<string[]> ReadLinesAsync(this HttpResponseMessage response) =>
        (await response.Content.ReadAsStringAsync().WaitAsync(Limits.Step)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
