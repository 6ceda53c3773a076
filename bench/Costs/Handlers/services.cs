using Microsoft.Extensions.DependencyInjection;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Bench.Costs;

/// <summary>Reads its request and answers, with a container of services in between.</summary>
internal static class Handler
{
    private static readonly ServiceProvider Services =
        new ServiceCollection().AddSingleton(TimeProvider.System).AddScoped<Greeter>().BuildServiceProvider();

    public static async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request);
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        string greeting = scope.ServiceProvider.GetRequiredService<Greeter>().Greet(request?.GetQuery("name") ?? "you");
        await response.SendTextAsync(greeting, cancellationToken);
    }
}

// CA1812 Avoid uninstantiated internal classes: the container creates it.
#pragma warning disable CA1812
/// <summary>A service that needs another one.</summary>
internal sealed class Greeter(TimeProvider time)
{
    public string Greet(string name) => $"Hello {name}, it is {time.GetUtcNow().Hour} o'clock.\n";
}
