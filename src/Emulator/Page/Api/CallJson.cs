using System.Text.Json;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>A call to make: an HTTP request to a function's URL or to an API, or a ready-made event.</summary>
internal sealed record CallJson
{
    /// <summary>The function's name; null: the first one.</summary>
    public string? Function { get; init; }

    /// <summary>The API's name in the template. Where it is there, the function is the one that the API's route leads to.</summary>
    public string? Api { get; init; }

    /// <summary>The event. Where it is there, the rest counts for nothing.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>Null: GET, or POST where there is a body.</summary>
    public string? Method { get; init; }

    /// <summary>Path and query, percent-encoded as in an address, for an API without its stage; null: <c>/</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Pairs of name and value; a name may come more than once.</summary>
    public string?[]?[]? Headers { get; init; }

    /// <summary>The body as text.</summary>
    public string? Body { get; init; }
}

/// <summary>What came of a call.</summary>
/// <param name="Id">The invocation that it made.</param>
/// <param name="Refused">Else why there is none.</param>
/// <param name="Status">The HTTP status that the caller got in this case.</param>
internal sealed record CalledJson(string? Id, string? Refused = null, int? Status = null);
