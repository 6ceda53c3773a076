namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>The header fields of the Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</summary>
internal static class RuntimeApiHeaders
{
    // Of GET /runtime/invocation/next
    public const string RequestId = "Lambda-Runtime-Aws-Request-Id";
    public const string DeadlineMs = "Lambda-Runtime-Deadline-Ms";
    public const string InvokedFunctionArn = "Lambda-Runtime-Invoked-Function-Arn";
    public const string TraceId = "Lambda-Runtime-Trace-Id";
    public const string ClientContext = "Lambda-Runtime-Client-Context";
    public const string CognitoIdentity = "Lambda-Runtime-Cognito-Identity";
    public const string TenantId = "Lambda-Runtime-Aws-Tenant-Id";

    /// <summary>A nonce per attempt, echoed on response and error when it was sent: a late answer then cannot be taken for another
    /// attempt's.</summary>
    public const string InvocationId = "Lambda-Runtime-Invocation-Id";

    // Of a streamed response
    public const string ResponseMode = "Lambda-Runtime-Function-Response-Mode";

    // Of the Extensions API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
    public const string ExtensionName = "Lambda-Extension-Name";
    public const string ExtensionId = "Lambda-Extension-Identifier";
}
