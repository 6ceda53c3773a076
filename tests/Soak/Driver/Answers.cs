using System.Globalization;
using System.Text;

using StreamingLambda.Soak.Plan;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Soak.Driver;

/// <summary>Sends whole answers, in every way that HTTP/1.1 allows and in some that are rude.</summary>
internal static class Answers
{
    private static readonly byte[][] InterimAnswers =
        [HttpAnswer.FormatHead(100, []), HttpAnswer.FormatHead(102, []), HttpAnswer.FormatHead(103, [("Link", "</x>")])];

    private static readonly byte[][] NotHttp =
    [
        "HTP/1.1 202 Accepted\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 2x2 Accepted\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 202 Accepted\r\nContent-Length: -1\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 202 Accepted\r\nno colon\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: gzip\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"u8.ToArray(),
        "HTTP/1.1 202 Accepted\r\nContent-Length: 99999999\r\n\r\n"u8.ToArray(),
        Encoding.ASCII.GetBytes("HTTP/1.1 202 Accepted\r\nX: " + new string('x', 70_000)),
    ];

    /// <summary>Sends an answer with a fault that concerns the answer alone.</summary>
    /// <returns>Whether the connection lives on.</returns>
    public static async Task<bool> SendAsync(
        ServerConnection connection, Fault fault, Random random, int status, IEnumerable<(string Name, string Value)> headers,
        ReadOnlyMemory<byte> body)
    {
        byte[] answer = Format(fault, random, status, headers, body);
        switch (fault)
        {
            case Fault.Split:
                await SendInPiecesAsync(connection, answer, random, random.Next(2, 40), pause: false);
                return true;
            case Fault.Slow:
                await PauseAsync(random.Next(1, 3));
                await SendInPiecesAsync(connection, answer, random, random.Next(2, 4), pause: true);
                return true;
            case Fault.CloseWithAnswer:
                await connection.SendAndCloseAsync(answer);
                return false;
            case Fault.ConnectionClose or Fault.CloseAfterAnswer or Fault.AnswerUntilClose:
                await connection.SendAsync(answer);
                connection.Close();
                return false;
            default:
                await connection.SendAsync(answer);
                return true;
        }
    }

    /// <summary>Sends what is no answer.</summary>
    public static Task SendGarbageAsync(ServerConnection connection, Random random) => connection.SendAsync(NotHttp[random.Next(NotHttp.Length)]);

    /// <summary>Sends one to five interim answers.</summary>
    public static Task SendInterimAsync(ServerConnection connection, Random random) => connection.SendAsync(Interim(random, random.Next(1, 6)));

    /// <summary>Sends a part of an answer.</summary>
    public static Task SendPartAsync(ServerConnection connection, Random random)
    {
        byte[] answer = Format(Fault.None, random, 202, [], "{\"status\":\"OK\"}"u8.ToArray());
        return connection.SendAsync(answer.AsMemory(0, random.Next(1, answer.Length)));
    }

    public static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    private static byte[] Format(Fault fault, Random random, int status, IEnumerable<(string Name, string Value)> headers, ReadOnlyMemory<byte> body)
    {
        if (fault == Fault.EmptyAnswer)
            body = default;
        List<(string Name, string Value)> fields = [.. headers];
        if (fault == Fault.ConnectionClose)
            fields.Add(("Connection", "close"));
        if (fault == Fault.Chunked)
            fields.Add(("Transfer-Encoding", "chunked"));
        else if (fault != Fault.AnswerUntilClose)
            fields.Add(("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture)));
        return
        [
            .. fault == Fault.Interim ? Interim(random, random.Next(1, 21)) : [],
            .. HttpAnswer.FormatHead(status, fault == Fault.OddCase ? fields.Select(Disguise) : fields),
            .. fault == Fault.Chunked ? Chunk(body, random) : body.ToArray(),
        ];
    }

    private static byte[] Interim(Random random, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => InterimAnswers[random.Next(InterimAnswers.Length)])];

    /// <summary>The same field, written as nobody would.</summary>
    private static (string Name, string Value) Disguise((string Name, string Value) field) =>
        (string.Concat(field.Name.Select((c, i) => i % 2 == 0 ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))), $"\t {field.Value}  ");

    private static byte[] Chunk(ReadOnlyMemory<byte> body, Random random)
    {
        using var chunks = new MemoryStream(body.Length + 100);
        while (!body.IsEmpty)
        {
            int size = Math.Min(body.Length, random.Next(1, Math.Max(100, body.Length)));
            chunks.Write(Encoding.ASCII.GetBytes($"{size:X}{(random.Next(2) == 0 ? "" : " ;name=\"value\"")}\r\n"));
            chunks.Write(body.Span[..size]);
            chunks.Write("\r\n"u8);
            body = body[size..];
        }
        chunks.Write("0\r\nX-Trailer: means nothing\r\n\r\n"u8);
        return chunks.ToArray();
    }

    private static async Task SendInPiecesAsync(ServerConnection connection, ReadOnlyMemory<byte> bytes, Random random, int pieces, bool pause)
    {
        int[] cuts = [.. Enumerable.Range(1, pieces - 1).Select(_ => random.Next(bytes.Length)).Order(), bytes.Length];
        int sent = 0;
        foreach (int cut in cuts)
        {
            await connection.SendAsync(bytes[sent..cut]);
            sent = cut;
            if (pause && sent < bytes.Length)
                await PauseAsync(1);
        }
    }
}
