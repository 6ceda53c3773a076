using System.Text;

namespace StreamingLambda.Tests.Shared;

/// <summary>The head of a request as it arrived.</summary>
public sealed record RecordedHead(string Text, string Method, string Path, IReadOnlyList<(string Name, string Value)> Fields)
{
    /// <summary>The value of a field that occurs at most once; null if it does not.</summary>
    public string? this[string name] => Fields.SingleOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Whether this asks for the next invocation.</summary>
    public bool IsNext => (Method, Path) == ("GET", "/2018-06-01/runtime/invocation/next");

    /// <summary>The request id in the path of a post about an invocation.</summary>
    public string RequestId => Path.Split('/') is [_, _, "runtime", "invocation", string id, _] ? id : throw new InvalidOperationException($"No request id in {Path}");

    public static RecordedHead Parse(string text)
    {
        string[] lines = text.Split("\r\n");
        string[] request = lines[0].Split(' ');
        if (request is not [string method, string path, "HTTP/1.1"])
            throw new InvalidDataException($"Not a request line: {lines[0]}");
        return new RecordedHead(text, method, path, [.. lines.Skip(1).TakeWhile(line => line.Length > 0).Select(ParseField)]);
    }

    internal static (string Name, string Value) ParseField(string line)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 ? (line[..colon], line[(colon + 2)..]) : throw new InvalidDataException($"Not a header line: {line}");
    }
}

/// <summary>A whole request: head, body as it was cut into chunks, trailers.</summary>
public sealed record RecordedRequest(RecordedHead Head, IReadOnlyList<byte[]> Chunks, IReadOnlyList<(string Name, string Value)> Trailers)
{
    public byte[] Body { get; } = [.. Chunks.SelectMany(chunk => chunk)];

    public string BodyText => Encoding.UTF8.GetString(Body);
}
