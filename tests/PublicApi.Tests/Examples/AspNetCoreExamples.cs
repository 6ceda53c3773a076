using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

using StreamingLambda.AspNetCore;

namespace StreamingLambda.PublicApi.Tests.Examples;

/// <summary>The code in the doc comments of StreamingLambda.AspNetCore.</summary>
internal static class AspNetCoreExamples
{
    public static void Run(string[] args)
    {
        #region LambdaWebApplicationBuilderExtensions
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        builder.UseLambda();
        WebApplication app = builder.Build();
        app.MapGet("/", () => "Hello from Lambda");
        app.Run();
        #endregion
    }

    public static void Map(WebApplication app)
    {
        #region InvocationExtensions
        app.MapGet("/time-left", (HttpContext context) => context.GetInvocation()?.RemainingTime.ToString() ?? "no limit");
        #endregion
    }
}
