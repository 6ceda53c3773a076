using System.Text.Json.Nodes;

namespace StreamingLambda.AspNetCoreApp;

/// <summary>Endpoints that say how the app sees its request.</summary>
internal static class RequestEndpoints
{
    public static void Map(WebApplication app)
    {
        app.Map("/echo/{**rest}", async (HttpContext context) => await context.Response.WriteAsync((await DescribeAsync(context)).ToJsonString()));
        app.MapGet("/route/{id:int}/{name}", (int id, string name, string? query) => $"{id} {name} {query ?? "-"}");
        app.MapPost("/form", async (HttpRequest request) =>
        {
            IFormCollection form = await request.ReadFormAsync();
            return string.Join('&', form.OrderBy(field => field.Key).Select(field => $"{field.Key}={field.Value}"));
        });
        app.MapPost("/json", (Item item) => Results.Json(item with { Id = item.Id + 1 }, AppJson.Default.Item));
        app.MapGet("/link", (HttpContext context, LinkGenerator links) => links.GetPathByName(context, "linked", values: null)).WithName("linked");
        app.MapGet("/claims", (HttpContext context) => string.Join('\n', context.User.Claims.Select(claim => $"{claim.Type}={claim.Value}")));
        app.MapGet("/host", (HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}{request.Path}");
        app.MapGet("/user", (HttpContext context) => $"{context.User.Identity?.IsAuthenticated} {context.User.Identity?.Name}");
        app.MapGet("/connection", (HttpContext context) =>
            $"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.TraceIdentifier.Length > 0}");
    }

    private static async Task<JsonObject> DescribeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        using var reader = new StreamReader(request.Body);
        string body = await reader.ReadToEndAsync();
        return new JsonObject
        {
            ["method"] = request.Method,
            ["protocol"] = request.Protocol,
            ["pathBase"] = request.PathBase.Value,
            ["path"] = request.Path.Value,
            ["rest"] = request.RouteValues["rest"]?.ToString(),
            ["rawTarget"] = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
            ["queryString"] = request.QueryString.Value,
            ["query"] = new JsonArray([.. request.Query
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => (JsonNode)$"{pair.Key}={string.Join('|', pair.Value.AsEnumerable())}")]),
            ["headers"] = new JsonArray([.. request.Headers
                .Where(header => header.Key.StartsWith("X-App-", StringComparison.OrdinalIgnoreCase))
                .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                .Select(header => (JsonNode)$"{header.Key.ToLowerInvariant()}={header.Value}")]),
            ["cookies"] = new JsonArray([.. request.Cookies.Select(cookie => (JsonNode)$"{cookie.Key}={cookie.Value}")]),
            ["hasHost"] = request.Host.HasValue,
            ["contentType"] = request.ContentType,
            ["contentLength"] = request.ContentLength,
            ["canHaveBody"] = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody,
            ["hasFormContentType"] = request.HasFormContentType,
            ["body"] = body,
        };
    }
}
