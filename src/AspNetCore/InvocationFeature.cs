using StreamingLambda.Runtime;

namespace StreamingLambda.AspNetCore;

/// <summary>The invocation behind a request, for <see cref="InvocationExtensions.GetInvocation"/>.</summary>
internal sealed record InvocationFeature(Invocation Invocation);
