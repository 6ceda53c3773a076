// CORS of function URLs, https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
using System.Globalization;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.FunctionUrl;

/// <summary>What the service tells browsers in the function's place, which never sees a preflight.</summary>
internal sealed class CorsPolicy(CorsSettings settings)
{
    private const string Any = "*";

    /// <summary>Whether a browser asks before it sends the request itself.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Whether pages of an origin may call.</summary>
    public bool Allows(string origin) =>
        settings.AllowOrigins.Contains(Any) || (origin.Length > 0 && settings.AllowOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase));

    /// <summary>Answers a preflight. False: without the headers that say yes, so that the browser keeps the page from calling.</summary>
    public bool AnswerPreflight(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = 0;
        if (!AddHeaders(context))
            return false;

        Add(response.Headers, "Access-Control-Allow-Methods", settings.AllowMethods, context.Request.Headers.AccessControlRequestMethod.ToString());
        Add(response.Headers, "Access-Control-Allow-Headers", settings.AllowHeaders, context.Request.Headers.AccessControlRequestHeaders.ToString());
        if (settings.MaxAge is { } seconds)
            response.Headers.AccessControlMaxAge = seconds.ToString(CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>Adds what lets a page read the answer. False: its origin is not allowed, or it is no page's request.</summary>
    public bool AddHeaders(HttpContext context)
    {
        string origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !HeaderText.IsPlain(origin) || !Allows(origin))
            return false;

        // A star does not count for a browser that sends cookies: the origin is named instead.
        IHeaderDictionary headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = settings.AllowOrigins.Contains(Any) && !settings.AllowCredentials ? Any : origin;
        headers.Vary = "Origin";
        if (settings.AllowCredentials)
            headers.AccessControlAllowCredentials = "true";
        if (settings.ExposeHeaders.Count > 0)
            headers.AccessControlExposeHeaders = string.Join(',', settings.ExposeHeaders);
        return true;
    }

    private void Add(IHeaderDictionary headers, string name, IReadOnlyList<string> allowed, string asked)
    {
        if (allowed.Contains(Any) && settings.AllowCredentials && asked.Length > 0 && HeaderText.IsPlain(asked))
            headers[name] = asked;
        else if (allowed.Count > 0)
            headers[name] = string.Join(',', allowed);
    }
}
