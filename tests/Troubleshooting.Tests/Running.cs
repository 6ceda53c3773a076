using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>A function in the emulator, for the entries that are about the function and not about the emulator as a tool.</summary>
internal static class Running
{
    public static Task<LocalLambda> StartAsync(string bootstrap, string? handler = null) =>
        StartAsync(new LocalLambdaOptions { Executable = bootstrap, Handler = handler });

    /// <summary>As this repository's template has it, but open to everybody.</summary>
    public static Task<LocalLambda> StartAsync(LocalLambdaOptions options) => LocalLambda.StartAsync(
        options with { Path = "template.yaml", Function = "StreamingNumbers", RequiresSignature = false, WaitLimit = Limits.Step });

    /// <summary>What the function's caller gets.</summary>
    public static async Task<(int Status, string Body)> GetAsync(this LocalLambda lambda, string path)
    {
        using HttpResponseMessage response = await lambda.Function.Http.GetAsync(
            new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Everything that was said until there is a line that has this text in it.</summary>
    public static async Task<string> SaysAsync(this LocalLambda lambda, string last)
    {
        await lambda.WaitForLogAsync(last);
        return string.Join('\n', lambda.Log);
    }
}
