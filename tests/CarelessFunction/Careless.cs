using System.Globalization;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.CarelessFunction;

/// <summary>Makes the mistake that the path of the request names; at its end <paramref name="lastMistake"/>.</summary>
internal sealed class Careless(string? lastMistake) : IStreamingLambdaHandler, IAsyncDisposable
{
    private static readonly List<byte[]> Kept = [];

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        string mistake = FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request) ? request.RawPath : "/";
        if (mistake.StartsWith("/midway", StringComparison.Ordinal))
            await response.WriteAsync("one\n", cancellationToken);
        switch (mistake)
        {
            case "/hang" or "/midway/hang":
                await new TaskCompletionSource().Task;
                break;
            case "/midway/late":
                // Until after the deadline, whatever the token says.
                await Task.Delay(invocation.RemainingTime + TimeSpan.FromMilliseconds(300), TimeProvider.System, CancellationToken.None);
                break;
            case "/exit" or "/midway/exit":
                Environment.Exit(3);
                break;
            case "/async-void" or "/midway/async-void":
                Throw();
                await new TaskCompletionSource().Task;
                break;
            case "/fail" or "/midway/fail":
                throw new InvalidOperationException("It fails.");
            case "/memory":
                for (int i = 0; i < 200; i++)
                {
                    byte[] megabyte = GC.AllocateUninitializedArray<byte>(1 << 20);
                    Array.Fill(megabyte, (byte)1);
                    Kept.Add(megabyte);
                }
                break;
            case "/callback":
                cancellationToken.Register(() => throw new InvalidOperationException("The callback fails."));
                break;
            case "/flood":
                await response.WriteAsync(new byte[64 << 20], CancellationToken.None);
                break;
            case "/file":
                await response.WriteAsync(
                    await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "greeting.txt"), cancellationToken), cancellationToken);
                break;
            case "/culture":
                await response.WriteAsync(new CultureInfo("de-CH").NumberFormat.NumberGroupSeparator, cancellationToken);
                break;
        }
        await response.WriteAndFinishAsync("done\n", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (lastMistake == "dispose")
            throw new InvalidOperationException("The pool is gone.");
        if (lastMistake == "dispose-for-ever")
            await new TaskCompletionSource().Task;
    }

    // What the entry is about: nobody awaits it, and so nobody can catch what it throws.
    private static async void Throw()
    {
        await Task.Yield();
        throw new InvalidOperationException("Thrown where nobody awaits.");
    }
}
