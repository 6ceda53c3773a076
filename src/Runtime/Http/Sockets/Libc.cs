using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace StreamingLambda.Runtime.Http.Sockets;

/// <summary>The system calls under <see cref="LinuxSocket"/> and <see cref="Poller"/>, with Linux's constants and layouts (64 bits).</summary>
internal static unsafe partial class Libc
{
    public const int StreamSocket = 1;
    public const int CloseOnExec = 0x80000;
    public const int TcpProtocol = 6;
    public const int TcpNoDelay = 1;
    public const int DoNotWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int ShutdownBoth = 2;
    public const short PollInput = 1;
    public const short PollRoom = 4;

    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int IsConnected = 106;
    public const int AlreadyConnecting = 114;

    [StructLayout(LayoutKind.Sequential)]
    public struct AddressInfo
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public uint AddressLength;
        public nint Address;
        public nint CanonicalName;
        public AddressInfo* Next;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public nint Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nint VectorCount;
        public nint Control;
        public nint ControlLength;
        public int Flags;
    }

    /// <summary>A socket's or event's descriptor, closed when its last call has returned.</summary>
    public sealed class Descriptor : SafeHandleMinusOneIsInvalid
    {
        public Descriptor(int descriptor)
            : base(ownsHandle: true) => SetHandle(descriptor);

        protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
    }

    [LibraryImport("libc", EntryPoint = "getaddrinfo", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetAddressInfo(string host, string service, AddressInfo* hints, AddressInfo** first);

    [LibraryImport("libc", EntryPoint = "freeaddrinfo")]
    public static partial void FreeAddressInfo(AddressInfo* first);

    [LibraryImport("libc", EntryPoint = "gai_strerror")]
    public static partial nint GetAddressInfoErrorMessage(int error);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(Descriptor socket, nint address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(Descriptor socket, int level, int option, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(Descriptor socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(Descriptor socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(Descriptor socket, int how);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint initialValue, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
