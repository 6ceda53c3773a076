using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

using Microsoft.AspNetCore.Http.Features;

namespace StreamingLambda.AspNetCoreApp;

/// <summary>Endpoints that answer in each way that ASP.NET Core has.</summary>
internal static class ResponseEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/text", () => "some text");
        app.MapMethods("/head", ["GET", "HEAD"], async (HttpContext context) =>
        {
            context.Response.Headers["X-Seen"] = context.Request.Method;
            await context.Response.WriteAsync("a body that HEAD does not have");
        });
        app.MapGet("/status/{code:int}", (int code) => Results.StatusCode(code));
        app.MapGet("/nothing", () => { });
        app.MapGet("/redirect", () => Results.Redirect("/text?from=redirect"));
        app.MapGet("/problem", () => Results.Problem("what is wrong", statusCode: 409, title: "A conflict"));
        app.MapGet("/headers", (HttpResponse response) =>
        {
            response.Headers["X-Several"] = new(["one", "two"]);
            response.Headers.Append("X-Appended", "a");
            response.Headers.Append("X-Appended", "b");
            response.Headers.CacheControl = "no-store";
            response.Cookies.Append("first", "1", new CookieOptions { HttpOnly = true });
            response.Cookies.Append("second", "2", new CookieOptions { Path = "/x" });
            return "headers";
        });
        app.MapGet("/content-length", async (HttpResponse response) =>
        {
            response.ContentLength = 5;
            await response.WriteAsync("12345");
        });
        app.MapGet("/array", (int count, CancellationToken cancellationToken) => CountAsync(count, cancellationToken));
        app.MapGet("/binary", () => Results.Bytes([.. Enumerable.Range(0, 256).Select(i => (byte)i)], "application/octet-stream"));
        app.MapGet("/file", (HttpResponse response) => response.SendFileAsync(Path.Combine(AppContext.BaseDirectory, "file.txt"), 5, 4));
        app.MapGet("/stream", () => Results.Stream(async stream =>
        {
            await stream.WriteAsync("first "u8.ToArray());
            await stream.FlushAsync();
            await stream.WriteAsync("second"u8.ToArray());
        }, "text/plain"));
        app.MapGet("/pipe", async (HttpResponse response) =>
        {
            for (int part = 0; part < 3; part++)
            {
                Memory<byte> memory = response.BodyWriter.GetMemory(16);
                int written = Encoding.ASCII.GetBytes($"part {part}\n", memory.Span);
                response.BodyWriter.Advance(written);
                if (part == 1)
                    await response.BodyWriter.FlushAsync();
            }
            response.BodyWriter.Write("the end, not flushed"u8);
        });
        app.MapGet("/mixed", async (HttpResponse response) =>
        {
            response.BodyWriter.Write("pipe "u8);
            await response.Body.WriteAsync("stream "u8.ToArray());
            await response.WriteAsync("text");
        });
        app.MapGet("/obsolete-body", async (HttpContext context) =>
        {
            // CS0618 Type or member is obsolete: middleware of old writes here, and its bytes must not be lost.
#pragma warning disable CS0618
            await context.Features.GetRequiredFeature<IHttpResponseFeature>().Body.WriteAsync("the old way"u8.ToArray());
#pragma warning restore CS0618
        });
        app.MapGet("/on-starting", async (HttpResponse response) =>
        {
            response.OnStarting(() => { response.Headers.Append("X-Order", "registered first"); return Task.CompletedTask; });
            response.OnStarting(() => { response.Headers.Append("X-Order", "registered last"); return Task.CompletedTask; });
            await response.StartAsync();
            await response.WriteAsync($"started {response.HasStarted}");
        });
        app.MapGet("/late", async (HttpResponse response) =>
        {
            await response.WriteAsync("started; ");
            await response.WriteAsync(
                $"status {Refused(() => response.StatusCode = 500)}, header {Refused(() => response.Headers["X-Late"] = "1")}, ");
            await response.WriteAsync($"callback {Refused(() => response.OnStarting(() => Task.CompletedTask))}");
        });
        app.MapGet("/complete", async (HttpResponse response, ILogger<Visit> logger) =>
        {
            await response.WriteAsync("whole");
            await response.CompleteAsync();
            logger.LogWarning("work after the response");
        });
        app.MapGet("/no-body/{code:int}", async (HttpResponse response, int code) =>
        {
            response.StatusCode = code;
            response.Headers["X-Refused"] = await RefusedAsync(() => response.WriteAsync("not allowed"));
        });
        app.MapGet("/complete-early", async (HttpResponse response) =>
        {
            response.Headers["X-Completed"] = "before anything was written";
            await response.CompleteAsync();
        });
        app.MapGet("/after-complete", async (HttpResponse response, ILogger<Visit> logger) =>
        {
            await response.WriteAsync("whole");
            await response.CompleteAsync();
            logger.LogWarning("a write after the end: {Outcome}", await RefusedAsync(() => response.WriteAsync("too late")));
        });
        app.MapGet("/lifetime", (HttpContext context) =>
        {
            IHttpRequestLifetimeFeature lifetime = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
            bool isSame = lifetime.RequestAborted == context.RequestAborted;
            using var own = new CancellationTokenSource();
            context.RequestAborted = own.Token;
            return $"{isSame} {lifetime.RequestAborted == own.Token} {context.RequestAborted.IsCancellationRequested}";
        });
        app.MapGet("/reason", (HttpContext context) =>
        {
            IHttpResponseFeature response = context.Features.GetRequiredFeature<IHttpResponseFeature>();
            response.ReasonPhrase = "As The App Likes";
            return response.ReasonPhrase;
        });
        app.MapGet("/file/whole", (HttpResponse response) => response.SendFileAsync(Path.Combine(AppContext.BaseDirectory, "file.txt")));
        app.MapGet("/unflushed", (HttpResponse response) => response.BodyWriter.Write("nobody flushes this"u8));
        app.MapGet("/append-trailer", (HttpResponse response) => Refused(() => response.AppendTrailer("X-Trailer", "1")));
        app.MapGet("/trailers", (HttpResponse response) => $"supported {response.SupportsTrailers()}");
        app.MapGet("/synchronous", (HttpContext context) =>
        {
            string refused = Refused(() => context.Response.Body.Write("x"u8));
            context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
            context.Response.Body.Write(Encoding.ASCII.GetBytes($"refused with {refused}, then allowed"));
        });
        app.MapGet("/no-buffering", async (HttpContext context) =>
        {
            context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await context.Response.WriteAsync("unbuffered");
        });
    }

    private static async IAsyncEnumerable<Item> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int id = 1; id <= count; id++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Item(id, "item");
        }
    }

    private static string Refused(Action action)
    {
        try
        {
            action();
            return "taken";
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }

    private static async Task<string> RefusedAsync(Func<Task> action)
    {
        try
        {
            await action();
            return "taken";
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
