using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>A request that an API lets in, on its way to its function.</summary>
/// <param name="Context">The request.</param>
/// <param name="Target">Its target, with the stage in it.</param>
/// <param name="Path">Its path without the stage, as it was sent.</param>
/// <param name="Match">Its route.</param>
/// <param name="Body">Its body.</param>
/// <param name="Key">The API key that it was let in with; null: the route asks for none.</param>
internal sealed record ApiRequest(
    HttpContext Context, RequestTarget Target, string Path, RouteMatch Match, ReadOnlyMemory<byte> Body, string? Key)
{
    /// <summary>Its route.</summary>
    public RouteSettings Route => Match.Route;

    /// <summary>Its id at the API, which the function's invocation has not.</summary>
    public string RequestId { get; } = Guid.NewGuid().ToString();
}
