namespace StreamingLambda.Emulator.Invocations;

/// <summary>Who waits for an invocation, for those who watch it.</summary>
/// <param name="Door">The way it came, in words.</param>
/// <param name="Response">The HTTP response that the function's is made into; null: the caller gets it in another form, or not at all.</param>
internal sealed record Caller(string Door, HttpResponse? Response = null)
{
    /// <summary>The function's URL.</summary>
    public const string FunctionUrl = "function URL";

    /// <summary>A ready-made event, by <c>POST /invoke</c>.</summary>
    public const string ReadyMadeEvent = "ready-made event";

    /// <summary>A REST API of API Gateway.</summary>
    public const string RestApi = "REST API";

    /// <summary>An HTTP API of API Gateway.</summary>
    public const string HttpApi = "HTTP API";

    /// <summary>Invoke or InvokeWithResponseStream.</summary>
    public const string LambdaApi = "Lambda API";

    /// <summary>Whether it is a REST API that streams, which has rules of its own for the response.</summary>
    public bool IsStreamingApi { get; init; }
}
