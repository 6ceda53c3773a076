namespace StreamingLambda.Runtime;

/// <summary>Gives back what a handler holds, if it says that it holds something.</summary>
internal static class HandlerDisposal
{
    public static ValueTask DisposeAsync(object? handler)
    {
        if (handler is IAsyncDisposable asynchronous)
            return asynchronous.DisposeAsync();
        (handler as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
