using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Page;

/// <summary>An API and where it is reached.</summary>
/// <param name="Api">The API.</param>
/// <param name="Url">Its address, with the stage and a slash.</param>
internal sealed record ServedApi(ApiSettings Api, Uri Url);
