using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StreamingLambda.AspNetCore.Tests;

/// <summary>What a server answers to bytes that no HTTP client would change on their way.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">Names in lower case, in the order of their names; of several with one name, the order of the wire.</param>
/// <param name="Body">The body, unchunked.</param>
/// <param name="IsWhole">Whether the body came to the end that its framing promised.</param>
internal sealed record RawResponse(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body, bool IsWhole)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.FirstOrDefault(header => header.Name == name).Value;

    /// <summary>Sends one request and reads to the end of the connection.</summary>
    public static async Task<RawResponse> GetAsync(int port, string request)
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, limit.Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, limit.Token);
        }
        catch (IOException)
        {
            // Reset: what arrived before is the answer.
        }
        return Parse(received.ToArray(), isHead: request.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    private static RawResponse Parse(byte[] bytes, bool isHead)
    {
        int end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return new RawResponse(0, [], bytes, IsWhole: false);
        string[] lines = Encoding.Latin1.GetString(bytes, 0, end).Split("\r\n");
        (string Name, string Value)[] headers = [.. lines.Skip(1)
            .Select(line => line.Split(": ", 2))
            .Select(field => (Name: field[0].ToLowerInvariant(), Value: field.ElementAtOrDefault(1) ?? ""))
            .OrderBy(field => field.Name, StringComparer.Ordinal)];
        int status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> rest = bytes.AsSpan(end + 4);
        string? length = headers.FirstOrDefault(header => header.Name == "content-length").Value;
        if (isHead || status is 204 or 304)
            return new RawResponse(status, headers, rest.ToArray(), IsWhole: true);
        if (headers.Contains(("transfer-encoding", "chunked")))
            return new RawResponse(status, headers, ReadChunks(rest, out bool isWhole), isWhole);
        return new RawResponse(status, headers, rest.ToArray(), length is null || rest.Length == int.Parse(length, CultureInfo.InvariantCulture));
    }

    private static byte[] ReadChunks(ReadOnlySpan<byte> rest, out bool isWhole)
    {
        var body = new List<byte>();
        isWhole = false;
        while (rest.IndexOf("\r\n"u8) is var lineEnd and > 0)
        {
            int size = int.Parse(Encoding.ASCII.GetString(rest[..lineEnd]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            isWhole = size == 0;
            if (size == 0 || rest.Length < lineEnd + 2 + size + 2)
                break;
            body.AddRange(rest.Slice(lineEnd + 2, size));
            rest = rest[(lineEnd + 2 + size + 2)..];
        }
        return [.. body];
    }
}
