using System.Runtime.InteropServices;

namespace StreamingLambda.Runtime.Http.Sockets;

/// <summary>A socket by Linux's system calls. <c>System.Net.Sockets</c> would be a sixth of the binary, start a thread of its own before
/// the first request, and wake two threads for each answer.</summary>
internal sealed unsafe class LinuxSocket : ISocket
{
    private readonly Libc.Descriptor _socket;

    /// <summary>Whether <see cref="GiveUp"/> was called, after which the end of the stream is our own doing.</summary>
    private volatile bool _givenUp;

    private LinuxSocket(Libc.Descriptor socket) => _socket = socket;

    /// <summary>Connects to the first address of the host that somebody listens on.</summary>
    /// <exception cref="IOException">Nobody listens there, or the name is unknown.</exception>
    public static LinuxSocket Connect(string host, string port)
    {
        Libc.AddressInfo hints = new() { SocketType = Libc.StreamSocket };
        Libc.AddressInfo* first;
        int error = Libc.GetAddressInfo(host, port, &hints, &first);
        if (error != 0)
            throw new IOException(Marshal.PtrToStringUTF8(Libc.GetAddressInfoErrorMessage(error)));
        try
        {
            int lastError = 0;
            for (Libc.AddressInfo* address = first; address != null; address = address->Next)
            {
                int descriptor = Libc.Socket(address->Family, address->SocketType | Libc.CloseOnExec, address->Protocol);
                var socket = new Libc.Descriptor(descriptor);
                if (!socket.IsInvalid && TryConnect(socket, address))
                    return new LinuxSocket(socket);
                lastError = Marshal.GetLastPInvokeError();
                socket.Dispose();
            }
            throw new IOException(Marshal.GetPInvokeErrorMessage(lastError));
        }
        finally
        {
            Libc.FreeAddressInfo(first);
        }
    }

    public int Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        fixed (byte* headBytes = head, bodyBytes = body, tailBytes = tail)
        {
            Libc.IoVector* vectors = stackalloc Libc.IoVector[]
            {
                new() { Base = headBytes, Length = head.Length },
                new() { Base = bodyBytes, Length = body.Length },
                new() { Base = tailBytes, Length = tail.Length },
            };
            Libc.MessageHeader message = new() { Vectors = vectors, VectorCount = 3 };
            try
            {
                nint sent;
                do
                    sent = Libc.SendMessage(_socket, &message, Libc.DoNotWait | Libc.NoSignal);
                while (sent < 0 && LastErrorIs(Libc.Interrupted));
                return sent >= 0 ? (int)sent : LastErrorIs(Libc.WouldBlock) ? 0 : throw LastError();
            }
            catch (ObjectDisposedException e)
            {
                throw GivenUp(e);
            }
        }
    }

    public int Receive(Span<byte> destination)
    {
        fixed (byte* bytes = destination)
        {
            try
            {
                nint received;
                do
                    received = Libc.Receive(_socket, bytes, destination.Length, Libc.DoNotWait);
                while (received < 0 && LastErrorIs(Libc.Interrupted));
                if (received == 0 && _givenUp)
                    throw GivenUp(null);
                return received >= 0 ? (int)received : LastErrorIs(Libc.WouldBlock) ? -1 : throw LastError();
            }
            catch (ObjectDisposedException e)
            {
                throw GivenUp(e);
            }
        }
    }

    public bool Poll(bool forRoom, int milliseconds)
    {
        bool referenced = false;
        try
        {
            // Holds the descriptor: without it, its number could be somebody else's before the wait begins.
            _socket.DangerousAddRef(ref referenced);
            Libc.PollDescriptor descriptor = new() { Descriptor = (int)_socket.DangerousGetHandle(), Events = Events(forRoom) };
            int ready;
            do
                ready = Libc.Poll(&descriptor, 1, milliseconds);
            while (ready < 0 && LastErrorIs(Libc.Interrupted));
            return ready >= 0 ? ready > 0 : throw LastError();
        }
        catch (ObjectDisposedException e)
        {
            throw GivenUp(e);
        }
        finally
        {
            if (referenced)
                _socket.DangerousRelease();
        }
    }

    public Task WaitAsync(bool forRoom)
    {
        var wait = new Wait();
        Start(wait, Events(forRoom));
        return wait.Task;
    }

    public void Start(ISocketWork work, bool whenRoom) => Start(work, whenRoom ? Events(forRoom: true) : Poller.AtOnce);

    private void Start(ISocketWork work, short events)
    {
        try
        {
            Poller.Shared.Start(_socket, events, work);
        }
        catch (ObjectDisposedException e)
        {
            throw GivenUp(e);
        }
    }

    public void GiveUp()
    {
        _givenUp = true;
        try
        {
            _ = Libc.Shutdown(_socket, Libc.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        // Ends the waiting of other threads; the descriptor is closed when the last of them has let go of it.
        GiveUp();
        _socket.Dispose();
    }

    private static bool TryConnect(Libc.Descriptor socket, Libc.AddressInfo* address)
    {
        int noDelay = 1;
        _ = Libc.SetSocketOption(socket, Libc.TcpProtocol, Libc.TcpNoDelay, &noDelay, sizeof(int));
        while (Libc.Connect(socket, address->Address, address->AddressLength) != 0)
        {
            // A signal has interrupted it, and it goes on by itself: ask again how far it is.
            int error = Marshal.GetLastPInvokeError();
            if (error is Libc.IsConnected)
                return true;
            if (error is not (Libc.Interrupted or Libc.AlreadyConnecting))
                return false;
        }
        return true;
    }

    private static short Events(bool forRoom) => forRoom ? (short)(Libc.PollInput | Libc.PollRoom) : Libc.PollInput;

    private static bool LastErrorIs(int error) => Marshal.GetLastPInvokeError() == error;

    private static IOException LastError() => new("the connection is broken: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    private static IOException GivenUp(ObjectDisposedException? cause) => new("the connection was given up", cause);

    private sealed class Wait() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), ISocketWork
    {
        public void Run(IOException? failure)
        {
            if (failure is null)
                SetResult();
            else
                SetException(failure);
        }
    }
}
