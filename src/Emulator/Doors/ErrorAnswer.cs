using StreamingLambda.Emulator.Output;

namespace StreamingLambda.Emulator.Doors;

/// <summary>Answers a request that reaches no function, and says why on the console.</summary>
internal static class ErrorAnswer
{
    private static readonly string[] Methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

    /// <summary>Not null: no door takes such a request.</summary>
    public static LambdaError? Unusable(string method, RequestTarget target) =>
        !Methods.Contains(method)
            ? new LambdaError(
                StatusCodes.Status405MethodNotAllowed,
                "MethodNotAllowedException",
                $"{method} is not a method that functions are called with: {string.Join(", ", Methods)} are. The emulator is no proxy.")
            : !target.Path.StartsWith('/')
                ? new LambdaError(StatusCodes.Status400BadRequest, "BadRequestException", $"The request's target, '{target.Path}', is not a path.")
                : null;

    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">Its target.</param>
    /// <param name="error">The answer.</param>
    /// <param name="name">The function or API that it was for.</param>
    /// <param name="console">The console.</param>
    public static async Task WriteAsync(HttpContext context, RequestTarget target, LambdaError error, string name, EmulatorConsole console)
    {
        string text = $"{error.Status} for {context.Request.Method} {target.Path}: {error.Explanation ?? error.Message}";
        console.Write(new ConsoleEntry(EntryTypes.Refused, text)
        {
            Function = name,
            Members = json =>
            {
                json.WriteNumber("status", error.Status);
                json.WriteString("method", context.Request.Method);
                json.WriteString("path", target.Path);
            },
        });
        if (!context.Response.Headers.ContainsKey("x-amzn-RequestId"))
            context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        await error.WriteAsync(context.Response);
    }
}
