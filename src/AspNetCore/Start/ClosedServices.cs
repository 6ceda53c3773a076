namespace StreamingLambda.AspNetCore.Start;

/// <summary>The options and loggers that ASP.NET Core asks for while it starts and with its first request, named for the AOT compiler.</summary>
/// <remarks>
/// ASP.NET Core registers options and loggers as open generic services: the container makes <c>OptionsFactory&lt;RouteOptions&gt;</c> of them at run
/// time. Native code builds each such type from a template, with every type that its methods mention, and that is half of a cold start. A type that
/// the compiler finds named somewhere is in the executable as it is: 14 KB instead of half a millisecond. Nothing else changes; an app that
/// replaces one of these services gets its own. Some of the names are internal to ASP.NET Core, hence strings: one that a version does not have is
/// passed over, and costs what it cost before.
/// </remarks>
internal static class ClosedServices
{
    private const string Options = "Microsoft.Extensions.Options";
    private const string Manager = Options + ".UnnamedOptionsManager`1[[";
    private const string Factory = Options + ".OptionsFactory`1[[";
    private const string Monitor = Options + ".OptionsMonitor`1[[";
    private const string Cache = Options + ".OptionsCache`1[[";
    private const string OfOptions = "]], " + Options;
    private const string Logger = "Microsoft.Extensions.Logging.Logger`1[[";
    private const string OfLogging = "]], Microsoft.Extensions.Logging.Abstractions";

    private const string Hosting = "Microsoft.AspNetCore.Hosting.GenericWebHostServiceOptions, Microsoft.AspNetCore.Hosting";
    private const string Host = "Microsoft.Extensions.Hosting.HostOptions, Microsoft.Extensions.Hosting";
    private const string StartupValidator = Options + ".StartupValidatorOptions, " + Options;
    private const string LoggerFactory = "Microsoft.Extensions.Logging.LoggerFactoryOptions, Microsoft.Extensions.Logging";
    private const string LoggerFilter = "Microsoft.Extensions.Logging.LoggerFilterOptions, Microsoft.Extensions.Logging";
    private const string Metrics = "Microsoft.Extensions.Diagnostics.Metrics.MetricsOptions, Microsoft.Extensions.Diagnostics.Abstractions";
    private const string NoMetrics =
        "Microsoft.Extensions.DependencyInjection.MetricsServiceExtensions+NoOpOptions, Microsoft.Extensions.Diagnostics";
    private const string Form = "Microsoft.AspNetCore.Http.Features.FormOptions, Microsoft.AspNetCore.Http";
    private const string Json = "Microsoft.AspNetCore.Http.Json.JsonOptions, Microsoft.AspNetCore.Http.Extensions";
    private const string Route = "Microsoft.AspNetCore.Routing.RouteOptions, Microsoft.AspNetCore.Routing";
    private const string RouteHandler = "Microsoft.AspNetCore.Routing.RouteHandlerOptions, Microsoft.AspNetCore.Routing";
    private const string Validation = "Microsoft.Extensions.Validation.ValidationOptions, Microsoft.Extensions.Validation";

    /// <summary>Does nothing. The compiler reads what is behind the return, as it cannot know that the time since the system's start is never
    /// negative.</summary>
    public static void Name()
    {
        if (Environment.TickCount64 >= 0)
            return;

        Keep(Type.GetType(Manager + Hosting + OfOptions), Type.GetType(Factory + Hosting + OfOptions));
        Keep(Type.GetType(Manager + Host + OfOptions), Type.GetType(Factory + Host + OfOptions));
        Keep(Type.GetType(Manager + StartupValidator + OfOptions), Type.GetType(Factory + StartupValidator + OfOptions));
        Keep(Type.GetType(Manager + LoggerFactory + OfOptions), Type.GetType(Factory + LoggerFactory + OfOptions));
        Keep(Type.GetType(Manager + Form + OfOptions), Type.GetType(Factory + Form + OfOptions));
        Keep(Type.GetType(Manager + Json + OfOptions), Type.GetType(Factory + Json + OfOptions));
        Keep(Type.GetType(Manager + Route + OfOptions), Type.GetType(Factory + Route + OfOptions));
        Keep(Type.GetType(Manager + RouteHandler + OfOptions), Type.GetType(Factory + RouteHandler + OfOptions));
        Keep(Type.GetType(Manager + Validation + OfOptions), Type.GetType(Factory + Validation + OfOptions));

        Keep(Type.GetType(Monitor + LoggerFilter + OfOptions), Type.GetType(Factory + LoggerFilter + OfOptions));
        Keep(Type.GetType(Monitor + Metrics + OfOptions), Type.GetType(Factory + Metrics + OfOptions));
        Keep(Type.GetType(Monitor + NoMetrics + OfOptions), Type.GetType(Factory + NoMetrics + OfOptions));
        Keep(Type.GetType(Cache + LoggerFilter + OfOptions), Type.GetType(Cache + Metrics + OfOptions));
        Keep(Type.GetType(Cache + NoMetrics + OfOptions), null);

        Keep(
            Type.GetType(Logger + "Microsoft.AspNetCore.Routing.EndpointMiddleware, Microsoft.AspNetCore.Routing" + OfLogging),
            Type.GetType(Logger + "Microsoft.AspNetCore.Routing.EndpointRoutingMiddleware, Microsoft.AspNetCore.Routing" + OfLogging));
        Keep(
            Type.GetType(Logger + "Microsoft.Extensions.Hosting.Internal.Host, Microsoft.Extensions.Hosting" + OfLogging),
            Type.GetType(Logger + "Microsoft.Extensions.Hosting.Internal.ApplicationLifetime, Microsoft.Extensions.Hosting" + OfLogging));
    }

    private static void Keep(Type? one, Type? other) => GC.KeepAlive((one, other));
}
