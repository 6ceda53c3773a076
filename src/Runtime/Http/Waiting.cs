using StreamingLambda.Runtime.Http.Sockets;

namespace StreamingLambda.Runtime.Http;

/// <summary>What becomes of the thread that sends a request while the request has to wait. Waiting in place spares two changes of threads, and costs
/// the caller its thread meanwhile.</summary>
internal enum Waiting
{
    /// <summary>The thread is given back at once.</summary>
    WithoutThread,

    /// <summary>The thread waits for a millisecond and is given back then: most answers come within a tenth of that.</summary>
    Briefly,

    /// <summary>The thread waits for as long as it takes.</summary>
    InPlace,
}

internal static class WaitingExtensions
{
    private const int ShortTime = 1;

    /// <summary>Waits until the socket has input or, if asked for, room to send.</summary>
    /// <exception cref="IOException">The connection was given up.</exception>
    public static Task WaitAsync(this ISocket socket, bool forRoom, Waiting waiting) =>
        waiting != Waiting.WithoutThread && socket.Poll(forRoom, waiting == Waiting.InPlace ? Timeout.Infinite : ShortTime)
            ? Task.CompletedTask
            : socket.WaitAsync(forRoom);
}
