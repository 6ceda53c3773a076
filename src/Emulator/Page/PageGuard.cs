using System.Net;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Doors.Callers;

namespace StreamingLambda.Emulator.Page;

/// <summary>
/// Who gets to the page and what it is made from: programs of this machine, and the page itself. No other web page does, not even one that a
/// function here has made: a port is part of a page's origin, and this one is the page's alone.
/// </summary>
internal static class PageGuard
{
    private const string Json = "application/json";

    private static readonly MachineNames Names = new([]);

    /// <summary>Not null: the request is none of theirs.</summary>
    public static LambdaError? Refuse(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!Names.Contain(request.Host.Host, IPAddress.Loopback))
        {
            return LambdaError.Closed(
                $"The emulator's page does not answer to the name '{request.Host.Host}': it is for this machine only. "
                    + "Open it as http://localhost, with the port that the emulator prints at its start.");
        }
        if (IsForeign(request))
            return LambdaError.Closed("No other web page may read the emulator's page or act for it. Open it in a tab of its own.");

        // Without this type a form of any page could send it.
        bool isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return isSafe || request.ContentType?.Split(';')[0].Trim().Equals(Json, StringComparison.OrdinalIgnoreCase) == true
            ? null
            : new LambdaError(
                StatusCodes.Status415UnsupportedMediaType,
                "UnsupportedMediaTypeException",
                $"{request.Method} {request.Path} wants 'Content-Type: {Json}'.");
    }

    /// <summary>What a browser is told about every answer: nothing from elsewhere, in no frame, and nothing of it for others.</summary>
    public static void AddHeaders(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private static bool IsForeign(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (request.Headers.Origin.Count > 0 && request.Headers.Origin != $"{request.Scheme}://{request.Host}")
            return true;
        return site is not ("" or "same-origin" or "none") && !IsLink(request);
    }

    // Somebody followed a link to the page: that runs nothing, and whoever set the link does not get to see it.
    private static bool IsLink(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path == "/"
            && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
}
