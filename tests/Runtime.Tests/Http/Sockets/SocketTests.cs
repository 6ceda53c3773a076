using System.Net;
using System.Net.Sockets;

using StreamingLambda.Runtime.Http.Sockets;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.Http.Sockets;

/// <summary>Both implementations of <see cref="ISocket"/>, against a real peer.</summary>
public sealed class SocketTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SocketTests() => _listener.Start();

    public enum Kind
    {
        Linux,
        Portable,
    }

    public static TheoryData<Kind> Kinds => OperatingSystem.IsLinux() ? [Kind.Linux, Kind.Portable] : [Kind.Portable];

    public void Dispose() => _listener.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Three_parts_arrive_as_one(Kind kind)
    {
        using ISocket socket = Connect(kind);
        using Socket peer = await AcceptAsync();

        Assert.Equal(6, socket.Send("ab"u8, "cd"u8, "ef"u8));
        Assert.Equal(1, socket.Send(default, "g"u8, default));

        Assert.Equal("abcdefg"u8.ToArray(), await ReceiveAsync(peer, 7));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nothing_there_is_not_the_end(Kind kind)
    {
        using ISocket socket = Connect(kind);
        using Socket peer = await AcceptAsync();
        byte[] buffer = new byte[16];

        Assert.Equal(-1, socket.Receive(buffer));
        Assert.False(socket.Poll(forRoom: false, milliseconds: 0));
        Assert.False(socket.Poll(forRoom: false, milliseconds: 1));
        Assert.True(socket.Poll(forRoom: true, milliseconds: 0));

        await peer.SendAsync("x"u8.ToArray());
        Assert.True(socket.Poll(forRoom: false, Timeout.Infinite));
        Assert.Equal(1, socket.Receive(buffer));

        peer.Shutdown(SocketShutdown.Send);
        Assert.True(socket.Poll(forRoom: false, Timeout.Infinite));
        Assert.Equal(0, socket.Receive(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Without_room_nothing_is_taken_and_room_can_be_waited_for(Kind kind)
    {
        using ISocket socket = Connect(kind);
        using Socket peer = await AcceptAsync();
        byte[] block = new byte[64 * 1024];
        long sent = 0;
        for (int taken; (taken = socket.Send(default, block, default)) > 0;)
            sent += taken;

        Assert.False(socket.Poll(forRoom: true, milliseconds: 0));
        Task room = socket.WaitAsync(forRoom: true);
        Assert.False(room.IsCompleted);

        Assert.Equal(sent, (await ReceiveAsync(peer, (int)sent)).Length);
        await room.WaitAsync(Limits.Step);
        Assert.True(socket.Send(default, block, default) > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Input_ends_the_wait_for_room(Kind kind)
    {
        using ISocket socket = Connect(kind);
        using Socket peer = await AcceptAsync();
        while (socket.Send(default, new byte[64 * 1024], default) > 0)
        {
            // until there is no room
        }
        Task wait = socket.WaitAsync(forRoom: true);

        await peer.SendAsync("x"u8.ToArray());

        await wait.WaitAsync(Limits.Step);
        Assert.Equal(1, socket.Receive(new byte[16]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Disposing_ends_every_kind_of_wait(Kind kind)
    {
        foreach (Func<ISocket, Task> wait in (Func<ISocket, Task>[])[
            socket => Task.Run(() => socket.Poll(forRoom: false, Timeout.Infinite)),
            socket => socket.WaitAsync(forRoom: false)])
        {
            ISocket socket = Connect(kind);
            using Socket peer = await AcceptAsync();
            Task waiting = wait(socket);
            socket.Dispose();

            // Whether by its result or by an exception depends on who came first.
            Exception? error = await Record.ExceptionAsync(() => waiting.WaitAsync(Limits.Step));
            Assert.True(error is null or IOException, error?.ToString());
            Assert.Throws<IOException>(() => socket.Receive(new byte[16]));
            Assert.Throws<IOException>(() => socket.Send("x"u8, default, default));
            Assert.Throws<IOException>(() => socket.Poll(forRoom: false, milliseconds: 0));
            await Assert.ThrowsAsync<IOException>(() => socket.WaitAsync(forRoom: false));
            socket.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_reset_is_an_error_that_says_so(Kind kind)
    {
        using ISocket socket = Connect(kind);
        using Socket peer = await AcceptAsync();
        peer.LingerState = new LingerOption(enable: true, seconds: 0);
        peer.Dispose();

        Assert.True(socket.Poll(forRoom: false, Timeout.Infinite));
        IOException error = Assert.Throws<IOException>(() => socket.Receive(new byte[16]));

        Assert.Equal("the connection is broken: Connection reset by peer", error.Message);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_port_where_nobody_listens_is_refused(Kind kind)
    {
        int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _listener.Stop();

        IOException error = Assert.Throws<IOException>(() => Connect(kind, "localhost", port));

        Assert.StartsWith("Connection refused", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_name_that_nobody_knows_is_an_error_that_says_so(Kind kind)
    {
        IOException error = Assert.Throws<IOException>(() => Connect(kind, "no-such-host.invalid", 1));

        // glibc and resolvers differ in whether the name is unknown or cannot be looked up.
        Assert.Matches("not known|name resolution", error.Message);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Many_wait_at_once_and_each_hears_of_its_own(Kind kind)
    {
        const int count = 40;
        List<(ISocket Socket, Socket Peer, Task Wait)> all = [];
        for (int i = 0; i < count; i++)
        {
            ISocket socket = Connect(kind);
            all.Add((socket, await AcceptAsync(), socket.WaitAsync(forRoom: false)));
        }

        // From the middle outwards, so that the ones that stay change places.
        for (int i = 0; i < count; i++)
        {
            (ISocket socket, Socket peer, Task wait) = all[(i % 2 == 0 ? count / 2 + i / 2 : count / 2 - 1 - i / 2)];
            Assert.False(wait.IsCompleted);
            await peer.SendAsync("x"u8.ToArray());
            await wait.WaitAsync(Limits.Step);
            Assert.Equal(1, socket.Receive(new byte[16]));
            Task again = socket.WaitAsync(forRoom: false);
            await peer.SendAsync("y"u8.ToArray());
            await again.WaitAsync(Limits.Step);
        }
        foreach ((ISocket socket, Socket peer, _) in all)
        {
            socket.Dispose();
            peer.Dispose();
        }
    }

    private ISocket Connect(Kind kind) => Connect(kind, "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    private static ISocket Connect(Kind kind, string host, int port) =>
        kind == Kind.Linux ? LinuxSocket.Connect(host, $"{port}") : PortableSocket.Connect(host, $"{port}");

    private async Task<Socket> AcceptAsync() => await _listener.AcceptSocketAsync().WaitAsync(Limits.Step);

    private static async Task<byte[]> ReceiveAsync(Socket peer, int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
            received += await peer.ReceiveAsync(bytes.AsMemory(received)).AsTask().WaitAsync(Limits.Step);
        return bytes;
    }
}
