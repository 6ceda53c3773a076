using System.Globalization;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

using StreamingLambda.AspNetCore;

namespace StreamingLambda.AspNetCoreApp;

/// <summary>Endpoints about time, failures and what goes on beside the request.</summary>
internal static class LifeEndpoints
{
    private static int _inside;

    public static void Map(WebApplication app)
    {
        app.MapGet("/throw", string () => throw new InvalidOperationException("thrown before the first byte"));
        app.MapGet("/throw-late", async (HttpResponse response) =>
        {
            await response.WriteAsync("a part, ");
            throw new InvalidOperationException("thrown after the first byte");
        });
        app.MapGet("/handled/throw", string () => throw new InvalidOperationException("thrown where the app handles it"));
        app.MapGet("/handled/problem", string () => throw new InvalidOperationException("thrown where problem details say so"));
        app.MapGet("/developer/throw", string () => throw new InvalidOperationException("thrown for a developer"));
        app.MapGet("/addresses", (IServer server) =>
            server.Features.Get<IServerAddressesFeature>()?.Addresses.Count.ToString(CultureInfo.InvariantCulture) ?? "no feature");
        app.MapGet("/abort", (HttpContext context) => context.Abort());
        app.MapGet("/too-long", async (HttpResponse response) =>
        {
            response.ContentLength = 3;
            await response.Body.WriteAsync("12345"u8.ToArray());
        });
        app.MapGet("/too-short", async (HttpResponse response) =>
        {
            response.ContentLength = 9;
            await response.WriteAsync("12345");
        });
        app.MapGet("/blocking-write", (HttpResponse response) => response.Body.Write("x"u8));
        app.MapGet("/no-content", async (HttpResponse response) =>
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            await response.WriteAsync("a body all the same");
        });
        app.MapGet("/on-completed", (HttpResponse response, ILogger<Visit> logger) =>
        {
            response.OnCompleted(() => { logger.LogWarning("the callback registered first"); return Task.CompletedTask; });
            response.OnCompleted(() => { logger.LogWarning("the callback registered last"); return Task.CompletedTask; });
            return "registered";
        });
        app.MapGet("/hosted-service", () => Heartbeat.HasStarted ? "started before the first request" : "late");
        app.MapGet("/scope", (Visit one, HttpContext context) => $"{one.Id} {context.RequestServices.GetRequiredService<Visit>().Id == one.Id}");
        app.MapGet("/wait", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("waiting\n");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        app.MapGet("/invocation", (HttpContext context) => context.GetInvocation() is { } invocation
            ? $"{invocation.RequestId == context.TraceIdentifier} {invocation.RemainingTime > TimeSpan.Zero}"
            : "no invocation");
        app.MapGet("/log", (ILogger<Visit> logger) =>
        {
            using (logger.BeginScope("order {Order}", 17))
                logger.LogWarning("low on {Thing}", "paper");
            logger.LogDebug("not by default");
        });
        app.MapGet("/together", async (HttpResponse response, string name, int of) =>
        {
            // Ends when so many are in here at the same time.
            Interlocked.Increment(ref _inside);
            while (Volatile.Read(ref _inside) < of)
                await Task.Yield();
            for (int i = 0; i < 100; i++)
                await response.WriteAsync(name);
        });
    }
}
