using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;
using StreamingLambda.Runtime.Logging;
using StreamingLambda.Runtime.Tracing;

namespace StreamingLambda.PublicApi.Tests.Examples;

/// <summary>The code in the doc comments of StreamingLambda.Runtime.</summary>
internal static class RuntimeExamples
{
    public static async Task<int> MainAsync()
    {
        #region LambdaRuntime
        return await LambdaRuntime.RunAsync(async (invocation, response, cancellationToken) =>
            await response.WriteAndFinishAsync($"This is request {invocation.RequestId}.\n", cancellationToken));
        #endregion
    }

    public static async Task<int> CreatingAsync()
    {
        #region DelegateStreamingHandler
        return await LambdaRuntime.RunAsync(async () =>
        {
            string greeting = await File.ReadAllTextAsync("greeting.txt");
            return new DelegateStreamingHandler(async (invocation, response, cancellationToken) =>
                await response.WriteAndFinishAsync(greeting, cancellationToken));
        });
        #endregion
    }

    public static async Task<int> TracingAsync()
    {
        #region TracedStreamingHandler
        return await LambdaRuntime.RunAsync(new TracedStreamingHandler(new Hello()));
        #endregion
    }

    public static async Task<int> WithOptionsAsync()
    {
        #region LambdaRuntimeOptions
        var options = new LambdaRuntimeOptions { DeadlineMargin = TimeSpan.FromSeconds(1), RegisterForShutdown = true };
        return await LambdaRuntime.RunAsync(new Hello(), options);
        #endregion
    }

    public static async Task<int> ChoosingAsync()
    {
        #region LambdaEnvironment
        return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), environment => environment.Handler switch
        {
            "Hello" => new Hello(),
            _ => throw new InitializationException("Runtime.NoSuchHandler", $"There is no handler '{environment.Handler}'. Set Handler to Hello."),
        });
        #endregion
    }

    public static string Configure()
    {
        #region InitializationException
        string table = Environment.GetEnvironmentVariable("TABLE_NAME")
            ?? throw new InitializationException("Function.ConfigurationMissing", "TABLE_NAME is not set. Set it in the function's environment.");
        #endregion
        return table;
    }

    public static async Task RespondAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region Invocation
        invocation.Log.Info($"{invocation.Event.Length} bytes, {invocation.RemainingTime.TotalSeconds:F0} s left");
        await response.WriteAndFinishAsync($"This is request {invocation.RequestId}.\n", cancellationToken);
        #endregion
    }

    public static async Task WriteAsync(ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region ResponseStreamWriter
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain")), cancellationToken);
        await response.WriteAsync("Hello ", cancellationToken);
        await response.WriteAndFinishAsync("world\n", cancellationToken);
        #endregion
    }

    public static StatusAndHeaders Head()
    {
        #region StatusAndHeaders
        var head = new StatusAndHeaders(200, ("Content-Type", "text/plain"), ("Cache-Control", "no-cache")) { Cookies = ["session=1; Secure"] };
        #endregion
        return head;
    }

    public static async Task HandleRefusalAsync(
        Invocation invocation, ResponseStreamWriter response, string text, CancellationToken cancellationToken)
    {
        #region RuntimeApiException
        try
        {
            await response.WriteAndFinishAsync(text, cancellationToken);
        }
        catch (RuntimeApiException refused) when (refused.StatusCode == 413)
        {
            invocation.Log.Error("The response is larger than Lambda takes.", refused);
        }
        #endregion
    }

    public static void Log(Invocation invocation, Func<string> describe)
    {
        #region InvocationLog
        invocation.Log.Info("order accepted");
        #endregion

        #region LambdaLogLevel
        if (invocation.Log.IsEnabled(LambdaLogLevel.Debug))
            invocation.Log.Debug(describe());
        #endregion
    }

    public static string ReadRequest(Invocation invocation, string name)
    {
        #region FunctionUrlRequest
        if (FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
            name = request.GetQuery("name") ?? "world";
        #endregion
        return name;
    }

    public static (string Caller, bool IsReadOnly) ReadContext(FunctionUrlRequest request)
    {
        #region FunctionUrlRequestContext
        DateTimeOffset receivedAt = request.RequestContext.ReceivedAt;
        #endregion

        #region FunctionUrlHttp
        bool isReadOnly = request.RequestContext.Http.Method is "GET" or "HEAD";
        #endregion

        #region FunctionUrlAuthorizer
        string caller = request.RequestContext.Authorizer?.Iam?.UserArn ?? "anonymous";
        #endregion

        return ($"{caller} at {receivedAt:O}", isReadOnly);
    }

    public static string ReadRestRequest(Invocation invocation, string id)
    {
        #region ApiGatewayRequest
        if (ApiGatewayRequest.TryRead(invocation, out ApiGatewayRequest? request))
            id = request.PathParameters.GetValueOrDefault("id", "none");
        #endregion
        return id;
    }

    public static string? ReadRestContext(ApiGatewayRequest request)
    {
        #region ApiGatewayRequestContext
        string? tenant = request.RequestContext.Authorizer?.GetProperty("tenant").GetString();
        #endregion
        return tenant;
    }

    public static string DescribeCaller(ApiGatewayIdentity identity)
    {
        #region ApiGatewayIdentity
        string caller = identity.UserArn ?? identity.SourceIp ?? "unknown";
        #endregion
        return caller;
    }

    public static string DescribeOrigin(Invocation invocation)
    {
        #region EventOrigin
        string origin = EventOrigin.Describe(invocation) ?? "an event of its own kind";
        #endregion
        return origin;
    }

    public static bool IsOurs(FunctionUrlIamIdentity identity)
    {
        #region FunctionUrlIamIdentity
        bool isOurs = identity.AccountId == "123456789012";
        #endregion
        return isOurs;
    }
}
