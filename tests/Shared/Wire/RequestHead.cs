using System.Text;

namespace StreamingLambda.Tests.Shared.Wire;

/// <summary>A request's head where it lies in the buffer: read without an allocation.</summary>
public readonly ref struct RequestHead
{
    private RequestHead(ReadOnlySpan<byte> requestLine, ReadOnlySpan<byte> fieldLines, int length)
    {
        RequestLine = requestLine;
        Fields = new HeaderFields(fieldLines);
        Length = length;
    }

    /// <summary>The first line, without its end.</summary>
    public ReadOnlySpan<byte> RequestLine { get; }

    /// <summary>The header fields in the order sent.</summary>
    public HeaderFields Fields { get; }

    /// <summary>The head's length with its empty line.</summary>
    public int Length { get; }

    /// <returns>False while the head has not arrived whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RequestHead head)
    {
        head = default;
        int blank = bytes.IndexOf("\r\n\r\n"u8);
        if (blank < 0)
            return false;
        ReadOnlySpan<byte> lines = bytes[..(blank + 2)];
        int end = lines.IndexOf("\r\n"u8);
        head = new RequestHead(lines[..end], lines[(end + 2)..], blank + 4);
        return true;
    }
}

/// <summary>Header or trailer lines, each with its CRLF, to be enumerated as fields.</summary>
public ref struct HeaderFields(ReadOnlySpan<byte> lines)
{
    private ReadOnlySpan<byte> _lines = lines;

    /// <summary>The field that the enumeration has come to.</summary>
    public HeaderField Current { get; private set; }

    public readonly HeaderFields GetEnumerator() => this;

    /// <exception cref="InvalidDataException">The next line is no field: it has no name.</exception>
    public bool MoveNext()
    {
        if (_lines.IsEmpty)
            return false;
        int end = _lines.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = _lines[..end];
        _lines = _lines[(end + 2)..];
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAny(" \t"u8))
            throw new InvalidDataException($"The function sent a header line without a name: '{Encoding.UTF8.GetString(line)}'.");
        Current = new HeaderField(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
        return true;
    }
}

/// <summary>One header or trailer field, without the white space around its value.</summary>
public readonly ref struct HeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>Whether it has this name, in whatever case.</summary>
    public bool Is(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name, name);
}
