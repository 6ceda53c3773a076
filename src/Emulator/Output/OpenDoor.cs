using System.Net;
using System.Text.Json;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Output;

/// <summary>Where requests are taken, as scripts are told.</summary>
/// <param name="Kind">What for: <see cref="FunctionUrl"/> and so on.</param>
/// <param name="Url">Where.</param>
/// <param name="Function">Of a function URL, the function.</param>
/// <param name="Api">Of an API, its name.</param>
internal sealed record OpenDoor(string Kind, Uri Url, FunctionSettings? Function = null, string? Api = null)
{
    /// <summary>A function's URL.</summary>
    public const string FunctionUrl = "functionUrl";

    /// <summary>A REST API, with its stage.</summary>
    public const string RestApi = "restApi";

    /// <summary>An HTTP API, with its stage.</summary>
    public const string HttpApi = "httpApi";

    /// <summary>The Lambda API, for all functions.</summary>
    public const string LambdaApi = "lambdaApi";

    /// <summary>The page that shows invocations.</summary>
    public const string Page = "page";

    private string Name => Function?.Name ?? Api ?? (Kind == Page ? "The page" : "The Lambda API");

    /// <summary>All of them: function URLs first, then APIs, then the Lambda API, which is on every port, on the first one.</summary>
    public static IReadOnlyList<OpenDoor> Of(
        IReadOnlyList<FunctionSettings> functions, IReadOnlyList<ApiSettings> apis, IReadOnlyList<int> ports, IPAddress address, Uri? page)
    {
        List<OpenDoor> doors =
        [
            .. functions.Where(function => function.HasUrl).Zip(
                ports, (function, port) => new OpenDoor(FunctionUrl, Banner.Url(address, port), function)),
        ];
        doors.AddRange(apis.Zip(ports.Skip(doors.Count), (api, port) => new OpenDoor(KindOf(api), UrlOf(api, address, port), Api: api.Name)));
        doors.Add(new OpenDoor(LambdaApi, Banner.Url(address, ports[0])));
        if (page is not null)
            doors.Add(new OpenDoor(Page, page));
        return doors;
    }

    /// <summary>What an API is called.</summary>
    public static string KindOf(ApiSettings api) => api.Kind == ApiKind.Rest ? RestApi : HttpApi;

    /// <summary>The address of an API, with its stage and a slash.</summary>
    public static Uri UrlOf(ApiSettings api, IPAddress address, int port) => new(Banner.Url(address, port), $"{api.StagePath}/");

    /// <summary>As an entry of the console.</summary>
    public ConsoleEntry ToEntry() => new(EntryTypes.Listening, $"{Name} listens on {Url}")
    {
        Function = Function?.Name,
        Members = WriteDoor,
    };

    /// <summary>As a JSON object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Function is not null)
            json.WriteString("function", Function.Name);
        WriteDoor(json);
        json.WriteEndObject();
    }

    private void WriteDoor(Utf8JsonWriter json)
    {
        json.WriteString("door", Kind);
        json.WriteString("url", Url.AbsoluteUri);
        if (Api is not null)
            json.WriteString("api", Api);
        if (Function is null)
            return;
        json.WriteString("auth", SettingNames.NameOf(SettingNames.AuthTypes, Function.AuthType));
        json.WriteString("invokeMode", SettingNames.NameOf(SettingNames.InvokeModes, Function.InvokeMode));
        json.WriteString("handler", Function.Handler);
        json.WriteNumber("timeoutSeconds", Function.Timeout.TotalSeconds);
        json.WriteString("bootstrap", Function.BootstrapPath);
    }
}
