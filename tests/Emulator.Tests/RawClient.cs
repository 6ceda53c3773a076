using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A client that sends what it is told to, byte by byte: HttpClient would correct it, or refuse.</summary>
internal static class RawClient
{
    /// <summary>Sends a request and reads until the other side closes.</summary>
    /// <param name="port">Where to.</param>
    /// <param name="requestLine">Method, target and version.</param>
    /// <param name="headers">Without <c>Connection</c>; <c>Host</c> is added where it is not given.</param>
    /// <param name="body">The body, sent with its length.</param>
    public static async Task<RawAnswer> SendAsync(int port, string requestLine, string[] headers, string body = "")
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        bool hasHost = Array.Exists(headers, header => header.StartsWith("Host:", StringComparison.OrdinalIgnoreCase));
        string host = hasHost ? "" : $"Host: 127.0.0.1:{port}\r\n";
        string length = body.Length == 0 ? "" : $"Content-Length: {body.Length}\r\n";
        string request = $"{requestLine}\r\n{host}{string.Concat(headers.Select(header => header + "\r\n"))}{length}Connection: close\r\n\r\n{body}";
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, TestContext.Current.CancellationToken).WaitAsync(TestEmulator.Patience);
        return RawAnswer.Parse(Encoding.Latin1.GetString(answer.ToArray()));
    }
}

/// <summary>An answer as it stood on the wire; its body still in chunks, if it came so.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyList<string> Headers, string Body)
{
    public static RawAnswer Parse(string text)
    {
        string[] parts = text.Split("\r\n\r\n", 2);
        string[] lines = parts[0].Split("\r\n");
        Assert.True(lines[0].Length > 12, $"This is no answer: '{text}'");
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), lines[1..], parts.Length > 1 ? parts[1] : "");
    }

    /// <summary>The values of a header, each as it was sent.</summary>
    public string[] Values(string name) =>
        [.. Headers.Where(header => header.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(header => header[(name.Length + 2)..])];
}
