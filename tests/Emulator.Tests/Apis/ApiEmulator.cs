using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests.Apis;

/// <summary>An emulator with the test bootstrap behind an API, and without a function URL: the client's port is the API's.</summary>
internal static class ApiEmulator
{
    public static ApiSettings Streaming { get; } = new()
    {
        Name = "Api",
        Stage = "prod",
        Account = TestEmulator.Settings.Account,
        Routes = [Route(InvokeMode.ResponseStream, "/"), Route(InvokeMode.ResponseStream, "/orders/{id}"), Route(InvokeMode.Buffered, "/buffered")],
    };

    private static FunctionSettings Function { get; } = TestEmulator.Settings with { HasUrl = false, Timeout = TimeSpan.FromMinutes(15) };

    public static RouteSettings Route(InvokeMode mode, string resource) =>
        new() { Resource = resource, Method = RouteSettings.AnyMethod, Function = "test", Mode = mode };

    /// <summary>The same API with one route of its own kind.</summary>
    public static ApiSettings With(RouteSettings route) => Streaming with { Routes = [route] };

    public static Task<TestEmulator> StartAsync(ApiSettings? api = null, TimeProvider? time = null) =>
        TestEmulator.StartAsync([Function], [api ?? Streaming], time ?? TimeProvider.System);

    /// <summary>Runs these steps behind the API; ends with the head of the response.</summary>
    public static Task<HttpResponseMessage> RunAsync(this TestEmulator emulator, string target, params string[][] steps) => emulator.Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, new Uri(emulator.Client.BaseAddress!, target))
        {
            Content = new StringContent(TestEmulator.Script(steps)),
        },
        HttpCompletionOption.ResponseHeadersRead,
        TestContext.Current.CancellationToken);
}
