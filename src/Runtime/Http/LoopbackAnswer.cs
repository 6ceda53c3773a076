using System.Globalization;
using System.Net;

namespace StreamingLambda.Runtime.Http;

/// <summary>The whole answer to a request.</summary>
/// <param name="statusCode">From 200 to 599.</param>
/// <param name="fields">The header fields, in the order sent.</param>
/// <param name="body">The body.</param>
internal sealed class LoopbackAnswer(int statusCode, IReadOnlyList<KeyValuePair<string, string>> fields, ReadOnlyMemory<byte> body)
    : HttpResponseMessage((HttpStatusCode)statusCode)
{
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>A field's value; null without it. The values of one that was sent several times are joined by commas:
    /// https://www.rfc-editor.org/rfc/rfc9110#section-5.3</summary>
    public string? Find(string name)
    {
        string? found = null;
        foreach ((string other, string value) in fields)
        {
            if (other.Equals(name, StringComparison.OrdinalIgnoreCase))
                found = found is null ? value : $"{found}, {value}";
        }
        return found;
    }

    public override string ToString() => statusCode.ToString(CultureInfo.InvariantCulture);
}
