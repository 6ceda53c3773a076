using System.Text;

using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Tests.Shared;

/// <summary>The head of a request as it arrived.</summary>
public sealed record RecordedHead(string Text, string Method, string Path, IReadOnlyList<(string Name, string Value)> Fields)
{
    /// <summary>What the paths of invocations begin with.</summary>
    public const string InvocationPath = "/2018-06-01/runtime/invocation/";

    /// <summary>The value of a field; null if there is none.</summary>
    public string? this[string name] => Fields.SingleOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Whether this asks for the next invocation.</summary>
    public bool IsNext => (Method, Path) == ("GET", InvocationPath + "next");

    /// <summary>The request id in the path of a post about an invocation.</summary>
    public string RequestId => Path.Split('/') is [_, _, "runtime", "invocation", string id, _]
        ? id
        : throw new InvalidOperationException($"No request id in {Path}");

    /// <exception cref="InvalidDataException">It is no request of HTTP/1.1, has no Host, or has a field twice.</exception>
    internal static RecordedHead From(in RequestHead head, string text)
    {
        string requestLine = Encoding.UTF8.GetString(head.RequestLine);
        if (requestLine.Split(' ') is not [string method, string path, "HTTP/1.1"])
            throw new InvalidDataException($"Not a request line: '{requestLine}'.");
        var recorded = new RecordedHead(text, method, path, ReadFields(head.Fields));
        return recorded["Host"] is not null ? recorded : throw new InvalidDataException($"No Host header in '{requestLine}'.");
    }

    /// <exception cref="InvalidDataException">One is no field, or is there twice.</exception>
    internal static IReadOnlyList<(string Name, string Value)> ReadFields(HeaderFields fields)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var read = new List<(string, string)>();
        foreach (HeaderField field in fields)
        {
            string name = Encoding.ASCII.GetString(field.Name);
            if (!names.Add(name))
                throw new InvalidDataException($"The function sent the header '{name}' twice.");
            read.Add((name, Encoding.UTF8.GetString(field.Value)));
        }
        return read;
    }
}

/// <summary>A whole request: head, body as it was cut into chunks, trailers.</summary>
public sealed record RecordedRequest(RecordedHead Head, IReadOnlyList<byte[]> Chunks, IReadOnlyList<(string Name, string Value)> Trailers)
{
    public byte[] Body { get; } = [.. Chunks.SelectMany(chunk => chunk)];

    public string BodyText => Encoding.UTF8.GetString(Body);
}
