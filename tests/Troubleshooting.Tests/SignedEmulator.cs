namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>An emulator that asks for signatures, with credentials of which each part can be given wrongly.</summary>
public sealed class SignedEmulator : IAsyncLifetime
{
    public const string Region = "eu-west-1";

    private static readonly Dictionary<string, string?> Credentials = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKID",
        ["AWS_SECRET_ACCESS_KEY"] = "right",
        ["AWS_SESSION_TOKEN"] = "token",
        ["AWS_REGION"] = Region,
    };

    public RunningEmulator Emulator { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Emulator = await RunningEmulator.StartAsync(
        ["--port", "0", "--auth", "AWS_IAM", "--bootstrap", BuiltPrograms.Bootstrap, "--handler", "SendNumbersWithPause"], Credentials);

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();
}
