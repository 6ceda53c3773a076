using StreamingLambda.AspNetCore.Tests;

[assembly: AssemblyFixture(typeof(BothServers))]

namespace StreamingLambda.AspNetCore.Tests;

/// <summary>The same app on both servers, on Lambda's with both kinds of event, for all tests of this project.</summary>
public sealed class BothServers : IAsyncLifetime
{
    internal RunningApp Kestrel { get; private set; } = null!;

    internal RunningApp Lambda { get; private set; } = null!;

    internal RunningApp RestApi { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Kestrel = await RunningApp.OnKestrelAsync();
        Lambda = await RunningApp.OnLambdaAsync();
        RestApi = await RunningApp.OnRestApiAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Kestrel.DisposeAsync();
        await Lambda.DisposeAsync();
        await RestApi.DisposeAsync();
    }
}
