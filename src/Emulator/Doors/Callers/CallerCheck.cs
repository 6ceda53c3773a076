using System.Net;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Doors.Callers;

/// <summary>
/// Keeps web pages out that the developer happens to visit. A browser lets any of them send requests to this machine, and a function that runs here
/// has the developer's credentials. Programs are not stopped by this: they send what headers they like, and run on this machine already.
/// </summary>
internal sealed class CallerCheck(DoorSettings settings)
{
    private readonly MachineNames _names = new(settings.AllowedHosts);

    /// <summary>Not null: the request is for a machine of another name. Holds on every door.</summary>
    public LambdaError? RefuseHost(HttpContext context)
    {
        string host = context.Request.Host.Host;
        return host.Length == 0 || _names.Contain(host, Listener(context))
            ? null
            : LambdaError.Closed(
                $"This emulator does not answer to the name '{host}': it is not this machine's, and a web page could have chosen it. "
                    + $"If it is yours, start the emulator with --allow-host {host}");
    }

    /// <summary>Not null: the request comes from a web page of another machine. Holds on the doors that are not the function's own.</summary>
    public LambdaError? RefusePage(HttpContext context) => ForeignPage(context) is { } page
        ? LambdaError.Closed(
            $"{page} may not invoke functions here. If it is yours, start the emulator with --allow-host and the name in its address.")
        : null;

    /// <summary>The same on the function's own door, where its CORS settings let pages in, and a link may lead to it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isAllowed">Whether its CORS settings allow an origin; empty for a page that does not name its own.</param>
    public LambdaError? RefusePage(HttpContext context, Func<string, bool> isAllowed) =>
        IsLink(context.Request) || ForeignPage(context) is not { } page || isAllowed(context.Request.Headers.Origin.ToString())
            ? null
            : LambdaError.Closed(
                $"{page} may not call this function: its FunctionUrlConfig has no Cors with that origin in AllowOrigins. "
                    + "Add it there, or start the emulator with --allow-host and the name in the page's address.");

    /// <summary>The same on an API's door: whether a page may read an answer is the business of its routes, which answer preflights
    /// themselves.</summary>
    public LambdaError? RefuseForeignPage(HttpContext context) => IsLink(context.Request) ? null : RefusePage(context);

    private string? ForeignPage(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.Origin.Count > 0)
            return _names.ContainOrigin(headers.Origin, Listener(context)) ? null : $"A web page of {headers.Origin}";
        return headers["Sec-Fetch-Site"] == "cross-site" ? "A web page of another site" : null;
    }

    // Somebody followed a link, or was sent back from a login page: the answer is a page of its own, and the one before cannot read it.
    private static bool IsLink(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";

    private static IPAddress? Listener(HttpContext context) => context.Connection.LocalIpAddress;
}
