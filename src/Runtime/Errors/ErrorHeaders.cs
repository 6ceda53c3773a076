namespace StreamingLambda.Runtime.Errors;

/// <summary>The header fields and trailers of an error: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</summary>
internal static class ErrorHeaders
{
    public const string Type = "Lambda-Runtime-Function-Error-Type";
    public const string Body = "Lambda-Runtime-Function-Error-Body";
    public const string XRayCause = "Lambda-Runtime-Function-XRay-Error-Cause";
}
