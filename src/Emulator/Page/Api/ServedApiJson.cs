using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Page.Api;

/// <summary>A REST API or an HTTP API that leads to the functions.</summary>
internal sealed record ServedApiJson
{
    public required string Name { get; init; }

    /// <summary><c>restApi</c> or <c>httpApi</c>, as for <c>--json</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its address, with the stage and a slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>A line to paste that calls its first route; null: an authorizer closes all of them.</summary>
    public string? Curl { get; init; }

    /// <summary>Its routes, each with its method and function.</summary>
    public required IReadOnlyList<string> Routes { get; init; }

    /// <summary>Describes an API.</summary>
    public static ServedApiJson Of(ServedApi served) => new()
    {
        Name = served.Api.Name,
        Kind = OpenDoor.KindOf(served.Api),
        Url = served.Url,
        Curl = ApiBanner.CurlOf(served.Api, served.Url.GetLeftPart(UriPartial.Authority) + served.Api.StagePath),
        Routes = [.. served.Api.Routes.Select(ApiBanner.Describe)],
    };
}
