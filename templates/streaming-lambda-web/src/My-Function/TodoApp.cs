using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using StreamingLambda.AspNetCore;

namespace MyNamespace;

/// <summary>The app, which the program runs and the tests call.</summary>
public static class TodoApp
{
    public static WebApplication Create(string[] args)
    {
        // The empty builder brings nothing that is not asked for here, which is what keeps the executable small.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });
        builder.UseLambda();
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, TodoJson.Default));

        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGet("/", () => "Hello from ASP.NET Core on Lambda\n");
        app.MapGet("/todos/{id:int}", (int id) => id > 0 ? Results.Ok(new Todo(id, "Write it down")) : Results.NotFound());
        app.MapPost("/todos", (Todo todo) => Results.Created($"/todos/{todo.Id}", todo));
        // Each event is on its way to the caller as soon as it is there.
        app.MapGet("/clock", (CancellationToken cancellationToken) => TypedResults.ServerSentEvents(ReadClockAsync(cancellationToken)));
        return app;
    }

    private static async IAsyncEnumerable<SseItem<string>> ReadClockAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int tick = 1; tick <= 3; tick++)
        {
            yield return new SseItem<string>($"tick {tick}");
            await Task.Delay(TimeSpan.FromSeconds(0.2), cancellationToken);
        }
    }
}

internal sealed record Todo(int Id, string Title);

/// <summary>How the types are read from JSON and written, without reflection.</summary>
[JsonSerializable(typeof(Todo))]
internal sealed partial class TodoJson : JsonSerializerContext;
