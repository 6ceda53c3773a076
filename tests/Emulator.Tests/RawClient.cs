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
        using RawConnection connection = await RawConnection.OpenAsync(port);
        bool hasHost = Array.Exists(headers, header => header.StartsWith("Host:", StringComparison.OrdinalIgnoreCase));
        string host = hasHost ? "" : $"Host: 127.0.0.1:{port}\r\n";
        string length = body.Length == 0 ? "" : $"Content-Length: {body.Length}\r\n";
        string request = $"{requestLine}\r\n{host}{string.Concat(headers.Select(header => header + "\r\n"))}{length}Connection: close\r\n\r\n{body}";
        await connection.SendAsync(Encoding.Latin1.GetBytes(request));
        return await connection.ReadToEndAsync();
    }
}
