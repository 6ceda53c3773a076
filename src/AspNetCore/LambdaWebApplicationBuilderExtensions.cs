using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using StreamingLambda.AspNetCore.Logging;
using StreamingLambda.AspNetCore.Start;
using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore;

/// <summary>Lets an ASP.NET Core app run on AWS Lambda, behind a function URL or a REST API, with streamed responses.</summary>
/// <example>
/// <code>
/// WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
/// builder.UseLambda();
/// WebApplication app = builder.Build();
/// app.MapGet("/", () => "Hello from Lambda");
/// app.Run();
/// </code>
/// </example>
public static class LambdaWebApplicationBuilderExtensions
{
    /// <summary>Inside Lambda (<c>AWS_LAMBDA_RUNTIME_API</c> is set) the app takes Lambda's events, and logs in Lambda's format. Elsewhere it runs on
    /// Kestrel, as always.</summary>
    /// <remarks>
    /// <para>Call it before logging providers of your own are added: inside Lambda it replaces those that the builder brought, so that no line is
    /// written twice.</para>
    /// <para>An executable published with Native AOT holds Kestrel only if the project sets <c>LambdaKeepsKestrel</c> to <c>true</c>.</para>
    /// </remarks>
    /// <param name="builder">A builder of any kind: <c>CreateEmptyBuilder</c>, <c>CreateSlimBuilder</c> or <c>CreateBuilder</c>.</param>
    /// <param name="options">Choices for the runtime; null for the defaults.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="InvalidOperationException">The program runs outside of Lambda and was published without Kestrel.</exception>
    public static WebApplicationBuilder UseLambda(this WebApplicationBuilder builder, LambdaRuntimeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var environment = LambdaEnvironment.FromProcess();
        if (environment.RuntimeApi is not null)
            UseLambdaServer(builder, environment, options ?? new LambdaRuntimeOptions());
        else if (KestrelSwitch.IsOn)
            UseKestrel(builder);
        else
            throw new InvalidOperationException(
                "AWS_LAMBDA_RUNTIME_API is not set, so this is not Lambda, and this executable was published without Kestrel. Run it in the "
                + "emulator (dotnet streaming-lambda-emulator), run the project with 'dotnet run', or set LambdaKeepsKestrel to true in the project "
                + "and publish again.");
        return builder;
    }

    private static void UseLambdaServer(WebApplicationBuilder builder, LambdaEnvironment environment, LambdaRuntimeOptions options)
    {
        builder.Services.RemoveAll<IServer>();
        builder.Services.AddSingleton<IServer>(services => new LambdaServer(
            environment, options, services.GetRequiredService<IHostApplicationLifetime>(), services.GetService<EndpointDataSource>()));
        builder.Services.RemoveAll<IHostLifetime>();
        builder.Services.AddSingleton<IHostLifetime>(services => new LambdaLifetime(services.GetRequiredService<IHostApplicationLifetime>()));

        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new LambdaLoggerProvider(environment, options.TimeProvider));
        if (builder.Configuration.GetSection("Logging").Exists())
            return;
        // The level is the function's, which the provider knows. The framework's own lines (started, request, response) say what Lambda's START and
        // REPORT say.
        // Only in place of the framework's default: a level that the program chose stays.
        builder.Services.Configure<LoggerFilterOptions>(static filter =>
            filter.MinLevel = filter.MinLevel == LogLevel.Information ? LogLevel.Trace : filter.MinLevel);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    /// <summary>The empty builder brings no server, and reads no variables.</summary>
    private static void UseKestrel(WebApplicationBuilder builder)
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(IServer)))
            return;
        builder.WebHost.UseKestrelCore();
        if (Environment.GetEnvironmentVariable("ASPNETCORE_URLS") is { Length: > 0 } urls)
            builder.WebHost.UseUrls(urls);
    }
}
