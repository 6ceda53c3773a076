namespace StreamingLambda.Soak.Driver;

/// <summary>The head of a request, read strictly.</summary>
internal sealed record RequestHead(string Method, string Path, IReadOnlyDictionary<string, string> Fields)
{
    public const string Version = "/2018-06-01/runtime/invocation/";

    public bool IsNext => Method == "GET" && Path == Version + "next";

    public string? this[string name] => Fields.GetValueOrDefault(name);

    /// <summary>Reads a head; null if the connection ends instead.</summary>
    /// <exception cref="ViolationException">It is not a well-formed head.</exception>
    public static async ValueTask<RequestHead?> ReadAsync(Connection connection)
    {
        if (await connection.ReadLineAsync() is not { } requestLine)
            return null;
        if (requestLine.Split(' ') is not [string method, string path, "HTTP/1.1"])
            throw new ViolationException($"not a request line: '{requestLine}'");

        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            string line = await connection.ReadLineAsync() ?? throw Connection.CutOff();
            if (line.Length == 0)
                break;
            AddField(fields, line);
        }
        if (!fields.ContainsKey("Host"))
            throw new ViolationException("no Host header");
        return new RequestHead(method, path, fields);
    }

    public static void AddField(Dictionary<string, string> fields, string line)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(' ', '\t') || !fields.TryAdd(line[..colon], line[(colon + 2)..]))
            throw new ViolationException($"not a header line, or a header given twice: '{line}'");
    }
}
