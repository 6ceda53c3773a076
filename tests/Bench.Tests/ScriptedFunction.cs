using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamingLambda.Bench.Player;

namespace StreamingLambda.Bench.Tests;

/// <summary>A function that sends exactly what a test wrote down, over a real socket, to a player in this process.</summary>
/// <param name="timeout">How long the player waits for it.</param>
internal sealed class ScriptedFunction(TimeSpan timeout) : IDisposable
{
    private const string Next = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly RuntimeApiPlayer _player = new(() => null, timeout);
    private readonly NextAnswer _answer = new(Workload.Tiny.ToEvent(base64: false));

    /// <summary>Answers one tiny event with <paramref name="response"/>, in which <c>{id}</c> stands for the request id.</summary>
    /// <param name="response">The bytes, as Latin-1 text.</param>
    /// <param name="byteByByte">Each byte in a send of its own.</param>
    /// <param name="close">Close the connection afterwards.</param>
    public async Task<InvocationTimes> AnswerAsync(string response, bool byteByByte = false, bool close = false)
    {
        Task<InvocationTimes> playing = Task.Run(Play);
        await _socket.ConnectAsync(IPEndPoint.Parse(_player.Authority));
        await SendAsync(Next);
        string id = await ReceiveRequestIdAsync();

        string bytes = response.Replace("{id}", id, StringComparison.Ordinal);
        if (byteByByte)
        {
            foreach (char c in bytes) await SendAsync(c.ToString());
        }
        else
        {
            await SendAsync(bytes);
        }

        if (close) _socket.Shutdown(SocketShutdown.Both);
        return await playing.WaitAsync(Limit);
    }

    /// <summary>Waits until the player has seen the request for a second event.</summary>
    public Task WaitForNextAsync() => Task.Run(_player.WaitForNext).WaitAsync(Limit);

    public void Dispose()
    {
        _socket.Dispose();
        _player.Dispose();
    }

    private InvocationTimes Play()
    {
        _ = _player.WaitForNext();
        return _player.Invoke(_answer, Workload.Tiny);
    }

    private async Task SendAsync(string text) => _ = await _socket.SendAsync(Encoding.Latin1.GetBytes(text));

    private async Task<string> ReceiveRequestIdAsync()
    {
        const string Header = "Lambda-Runtime-Aws-Request-Id: ";
        byte[] buffer = new byte[16 * 1024];
        string received = "";
        while (!received.EndsWith('}'))
        {
            int count = await _socket.ReceiveAsync(buffer).WaitAsync(Limit);
            if (count == 0)
                throw new EndOfStreamException($"The player closed the connection before it had handed out an event. It sent: '{received}'");
            received += Encoding.UTF8.GetString(buffer, 0, count);
        }

        int start = received.IndexOf(Header, StringComparison.Ordinal) + Header.Length;
        return received[start..received.IndexOf("\r\n", start, StringComparison.Ordinal)];
    }
}
