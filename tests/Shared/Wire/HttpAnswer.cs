using System.Globalization;
using System.Text;

namespace StreamingLambda.Tests.Shared.Wire;

/// <summary>Makes the bytes of answers.</summary>
public static class HttpAnswer
{
    /// <summary>A whole answer, its body framed by its length.</summary>
    public static byte[] Format(int status, ReadOnlySpan<byte> body, IEnumerable<(string Name, string Value)> fields) =>
        [.. FormatHead(status, [.. fields, ("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture))]), .. body];

    /// <summary>A head with just these fields.</summary>
    public static byte[] FormatHead(int status, IEnumerable<(string Name, string Value)> fields)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Whatever\r\n"));
        foreach ((string name, string value) in fields)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }
}
