using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace StreamingLambda.TestBootstrap;

/// <summary>
/// What an event tells this function to do, step by step: <c>{"steps":[["head","Content-Type: text/plain"],["chunk","hello"],["end"]]}</c>.
/// Each step is an array of strings: the step's name and its arguments. <c>{id}</c> stands for the request id, <c>{nonce}</c> for the invocation id.
/// </summary>
internal sealed class Script(string runtimeApi, RuntimeApiConnection connection, Answer next)
{
    private readonly string _requestId = next.Headers["Lambda-Runtime-Aws-Request-Id"];

    /// <summary>The steps of an event, or of the body inside a function URL event; null: it has none.</summary>
    public static string[][]? Find(byte[] payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;
            if (root.TryGetProperty("steps", out JsonElement steps))
                return [.. steps.EnumerateArray().Select(step => step.EnumerateArray().Select(argument => argument.GetString()!).ToArray())];
            return root.TryGetProperty("body", out JsonElement body) && body.ValueKind == JsonValueKind.String
                ? Find(root.GetProperty("isBase64Encoded").GetBoolean()
                    ? Convert.FromBase64String(body.GetString()!)
                    : Encoding.UTF8.GetBytes(body.GetString()!))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Run(string[][] steps)
    {
        foreach (string[] step in steps)
            Run(step[0], step[1..]);
    }

    private void Run(string name, string[] arguments)
    {
        switch (name)
        {
            // Begins a chunked response with these headers.
            case "head":
                connection.Send(
                    $"POST /2018-06-01/runtime/invocation/{_requestId}/response HTTP/1.1\r\nHost: {runtimeApi}\r\n"
                    + "Transfer-Encoding: chunked\r\n");
                foreach (string header in arguments)
                    connection.Send(Fill(header) + "\r\n");
                connection.Send("\r\n");
                break;
            // One chunk each; \0 stands for a NUL.
            case "chunk":
                foreach (string text in arguments)
                    connection.SendChunk(Bytes(text));
                break;
            // count chunks of size bytes.
            case "fill":
                byte[] data = new byte[int.Parse(arguments[1], CultureInfo.InvariantCulture)];
                Array.Fill(data, (byte)'x');
                for (int i = 0; i < int.Parse(arguments[0], CultureInfo.InvariantCulture); i++)
                    connection.SendChunk(data);
                break;
            // Ends the body, with trailers if any, and prints what the platform says to it.
            case "end":
                connection.Send("0\r\n" + string.Concat(arguments.Select(trailer => Fill(trailer) + "\r\n")) + "\r\n");
                Print();
                break;
            // Bytes as they are.
            case "raw":
                connection.Send(Bytes(Fill(arguments[0])));
                break;
            // POST path, headers..., body: on the same connection, and prints the answer.
            case "post":
                connection.Send(
                    $"POST {Fill(arguments[0])} HTTP/1.1\r\nHost: {runtimeApi}\r\n"
                    + string.Concat(arguments[1..^1].Select(header => Fill(header) + "\r\n"))
                    + $"Content-Length: {Encoding.UTF8.GetByteCount(arguments[^1])}\r\n\r\n{arguments[^1]}");
                Print();
                break;
            // The same for GET, on a connection of its own.
            case "get":
                using (var other = new RuntimeApiConnection(runtimeApi))
                {
                    other.Send($"GET {Fill(arguments[0])} HTTP/1.1\r\nHost: {runtimeApi}\r\n\r\n");
                    Answer answer = other.Read();
                    Console.WriteLine($"answer {answer.Status} {Encoding.UTF8.GetString(answer.Body)}");
                }
                break;
            case "read":
                Print();
                break;
            // Tells a port of the test that it is here, and waits until the test closes the connection.
            case "gate":
                using (var gate = new TcpClient("127.0.0.1", int.Parse(arguments[0], CultureInfo.InvariantCulture)))
                    _ = gate.GetStream().ReadByte();
                break;
            case "print":
                Console.WriteLine(Fill(arguments[0]));
                break;
            case "close":
                connection.Dispose();
                break;
            case "exit":
                Environment.Exit(int.Parse(arguments[0], CultureInfo.InvariantCulture));
                break;
            case "abort":
                Environment.FailFast("asked to");
                break;
            case "hang":
                new ManualResetEvent(initialState: false).WaitOne();
                break;
            default:
                throw new InvalidOperationException($"There is no step '{name}'.");
        }
    }

    private void Print()
    {
        Answer answer = connection.Read();
        Console.WriteLine($"answer {answer.Status} {Encoding.UTF8.GetString(answer.Body)}");
    }

    private string Fill(string text) => text
        .Replace("{id}", _requestId, StringComparison.Ordinal)
        .Replace("{nonce}", next.Headers["Lambda-Runtime-Invocation-Id"], StringComparison.Ordinal);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace("\\0", "\0", StringComparison.Ordinal));
}
