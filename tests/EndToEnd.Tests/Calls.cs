using System.Net;
using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>Calls of the one function that there is.</summary>
internal static class Calls
{
    /// <summary>Sends a request and returns when the head of the answer is there.</summary>
    public static Task<HttpResponseMessage> GetAsync(this LocalLambda lambda, string path) =>
        lambda.Function.Http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Limits.Step);

    /// <summary>Status and body of a whole answer.</summary>
    public static async Task<(HttpStatusCode Status, string Body)> GetTextAsync(this LocalLambda lambda, string path)
    {
        using HttpResponseMessage response = await lambda.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync().WaitAsync(Limits.Step));
    }

    /// <summary>All invocations so far, when everything about each of them is said.</summary>
    public static async Task<IReadOnlyList<LocalInvocation>> EndedInvocationsAsync(this LocalLambda lambda)
    {
        IReadOnlyList<LocalInvocation> invocations = lambda.Invocations;
        foreach (LocalInvocation invocation in invocations)
            await invocation.WaitAsync();
        return invocations;
    }

    /// <summary>Nothing that the emulator has said blames the runtime.</summary>
    public static void AssertNobodyBrokeTheProtocol(this LocalLambda lambda) => Assert.DoesNotContain(
        lambda.Log,
        line => line.Contains("PROTOCOL", StringComparison.Ordinal) || line.Contains("not valid HTTP", StringComparison.Ordinal));
}
