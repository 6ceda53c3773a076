using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using StreamingLambda.AspNetCore;

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

// Each element is on its way as soon as it is there: a JSON array that grows.
app.MapGet("/todos", (int? count, CancellationToken cancellationToken) => ReadTodosAsync(count ?? 3, cancellationToken));

app.MapGet("/clock", (CancellationToken cancellationToken) => TypedResults.ServerSentEvents(ReadClockAsync(cancellationToken)));

app.Run();

static async IAsyncEnumerable<Todo> ReadTodosAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
{
    for (int id = 1; id <= count; id++)
    {
        yield return new Todo(id, $"Number {id}");
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
    }
}

static async IAsyncEnumerable<SseItem<string>> ReadClockAsync([EnumeratorCancellation] CancellationToken cancellationToken)
{
    for (int tick = 1; tick <= 5; tick++)
    {
        yield return new SseItem<string>($"tick {tick}");
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
    }
}

internal sealed record Todo(int Id, string Title);

[JsonSerializable(typeof(Todo))]
[JsonSerializable(typeof(IAsyncEnumerable<Todo>))]
internal sealed partial class TodoJson : JsonSerializerContext;
