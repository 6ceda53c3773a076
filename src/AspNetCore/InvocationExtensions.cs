using Microsoft.AspNetCore.Http;

using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore;

/// <summary>What Lambda says about the invocation that a request came with.</summary>
/// <example>
/// <code>
/// app.MapGet("/time-left", (HttpContext context) => context.GetInvocation()?.RemainingTime.ToString() ?? "no limit");
/// </code>
/// </example>
public static class InvocationExtensions
{
    /// <summary>The invocation of this request: deadline, request id, trace id, tenant, event, log. Null outside of Lambda, where Kestrel
    /// serves.</summary>
    public static Invocation? GetInvocation(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<InvocationFeature>()?.Invocation;
    }
}
