using System.Net;

using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.PublicApi.Tests.Examples;

/// <summary>The code in the doc comments of StreamingLambda.Emulator.Testing.</summary>
internal static class EmulatorTestingExamples
{
    public static async Task StartAsync()
    {
        #region LocalLambda
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions { Path = "src/MyFunction" });
        using HttpResponseMessage response = await lambda.Function.Http.GetAsync("/?name=Ada");
        Assert.Equal("Hello Ada\n", await response.Content.ReadAsStringAsync());
        #endregion
    }

    public static LocalLambdaOptions Options()
    {
        #region LocalLambdaOptions
        var options = new LocalLambdaOptions
        {
            Path = "template.yaml",
            RequiresSignature = false,
            Environment = new Dictionary<string, string> { ["TABLE"] = "local" },
        };
        #endregion
        return options;
    }

    public static async Task SignAsync(LocalLambda lambda)
    {
        #region LocalFunction
        LocalFunction orders = lambda["Orders"];
        using HttpResponseMessage refused = await orders.CreateClient(signs: false).GetAsync("/");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        #endregion
    }

    public static async Task WatchAsync(LocalLambda lambda)
    {
        #region LocalInvocation
        using HttpResponseMessage response = await lambda.Function.Http.GetAsync("/");
        LocalInvocation invocation = lambda.InvocationOf(response);
        await invocation.WaitAsync();
        Assert.Null(invocation.Error);
        Assert.Equal(4, invocation.Chunks.Count);
        #endregion
    }

    public static void Compare(LocalInvocation invocation, LocalChunk chunk)
    {
        #region LocalChunk
        Assert.True(chunk.Elapsed < TimeSpan.FromSeconds(1), $"'{chunk.Text}' came late");
        #endregion
        #region LocalError
        Assert.Equal("Sandbox.Timedout", invocation.Error?.Type);
        #endregion
        #region LocalReport
        Assert.Equal("success", invocation.Report?.Status);
        #endregion
    }
}
