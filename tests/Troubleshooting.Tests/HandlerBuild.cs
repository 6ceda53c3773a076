namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>A handler with all mistakes that a build can find, built with this project's rules.</summary>
public sealed class HandlerBuild : IAsyncLifetime
{
    private const string Handler = """
        using System.Text.Json;

        using StreamingLambda.Runtime;

        namespace StreamingLambda.Handlers;

        public sealed class MyHandler : IStreamingLambdaHandler
        {
            public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
            {
                response.WriteAsync("not awaited", cancellationToken);
                response.WriteAsync("blocked", cancellationToken).GetAwaiter().GetResult();
                string text = File.ReadAllTextAsync("file", cancellationToken).Result;
                Thread.Sleep(1000);
                string now = $"{DateTime.UtcNow}";
                await response.WriteAndFinishAsync(JsonSerializer.Serialize(new[] { text, now }), cancellationToken);
            }
        }
        """;

    public string Output { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        using var checkout = new TemporaryDirectory();
        string root = checkout.Add(
            ".editorconfig", "BannedSymbols.txt", "Directory.Build.props", "Directory.Packages.props", "src/Directory.Build.props");
        string project = Directory.CreateDirectory(Path.Combine(root, "src", "Handlers")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "MyHandler.cs"), Handler);
        await File.WriteAllTextAsync(Path.Combine(project, "Handlers.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <IsAotCompatible>true</IsAotCompatible>
                <!-- CS1591 Missing XML comment for publicly visible type or member: as in src/Handlers. -->
                <NoWarn>$(NoWarn);CS1591</NoWarn>
              </PropertyGroup>
              <ItemGroup><Reference Include="{typeof(Runtime.LambdaRuntime).Assembly.Location}" /></ItemGroup>
            </Project>
            """);
        CommandResult result = await Command.RunAsync(
            "dotnet", ["build", "--nologo", "-nodeReuse:false", $"-p:LambdaFramework={Framework}"], workingDirectory: project);
        Assert.NotEqual(0, result.ExitCode);
        // Without the project at the end of each line, and with the file's path as it is in a checkout.
        Output = result.Output
            .Replace($" [{project}/Handlers.csproj]", "", StringComparison.Ordinal)
            .Replace($"{root}/", "", StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

#if NET10_0_OR_GREATER
    private const string Framework = "net10.0";
#else
    private const string Framework = "net9.0";
#endif
}
