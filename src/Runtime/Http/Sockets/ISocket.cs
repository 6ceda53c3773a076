namespace StreamingLambda.Runtime.Http.Sockets;

/// <summary>A connected TCP socket whose operations do at once what can be done at once, and wait only where they are told to.</summary>
/// <remarks>All throw <see cref="IOException"/> when the connection is broken or was given up. <see cref="IDisposable.Dispose"/> may be
/// called by any thread, and ends the waiting of others.</remarks>
internal interface ISocket : IDisposable
{
    /// <summary>Sends, in this order, as much as there is room for.</summary>
    /// <returns>How many bytes of the three together were taken; 0 if there is no room.</returns>
    int Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail);

    /// <summary>Receives what is there.</summary>
    /// <param name="destination">At least one byte.</param>
    /// <returns>The number of bytes, 0 at the end of the stream, -1 if nothing has arrived.</returns>
    int Receive(Span<byte> destination);

    /// <summary>Waits in the calling thread until there is input (the end of the stream and an error are, too) or, if asked for, room.</summary>
    /// <param name="forRoom">Whether room to send ends the waiting as well.</param>
    /// <param name="milliseconds">How long at most; -1 without a bound.</param>
    /// <returns>False if the time ran out.</returns>
    bool Poll(bool forRoom, int milliseconds);

    /// <summary>The same without a bound, and without a thread.</summary>
    Task WaitAsync(bool forRoom);

    /// <summary>Runs work in a thread for sockets alone, which no program can keep busy: soon, or when there is input or room to send.</summary>
    void Start(ISocketWork work, bool whenRoom);

    /// <summary>Ends the connection, and with it all waiting. What has arrived before can still be received. May be called by any thread.</summary>
    void GiveUp();
}

/// <summary>What a socket's own thread does. It neither waits nor throws.</summary>
internal interface ISocketWork
{
    /// <param name="failure">Why the thread could not wait for the socket; null if it could, whatever may be wrong with the socket itself.</param>
    void Run(IOException? failure);
}
