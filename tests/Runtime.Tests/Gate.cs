using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>A point that one side of a test reaches and the other waits for.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _opened.TrySetResult();

    public Task WaitAsync() => _opened.Task.WaitAsync(Limits.Step);
}
