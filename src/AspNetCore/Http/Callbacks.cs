namespace StreamingLambda.AspNetCore.Http;

/// <summary>What an app wants to be called at a point of a response: the last registered first, as every server of ASP.NET Core does it.</summary>
internal sealed class Callbacks
{
    private Stack<(Func<object, Task> Callback, object State)>? _registered;

    public void Add(Func<object, Task> callback, object state) => (_registered ??= new()).Push((callback, state));

    /// <summary>Calls each once, also those that are registered meanwhile.</summary>
    public async Task RunAsync()
    {
        while (_registered is not null && _registered.TryPop(out (Func<object, Task> Callback, object State) next))
            await next.Callback(next.State).ConfigureAwait(false);
    }
}
