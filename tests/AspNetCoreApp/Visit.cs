namespace StreamingLambda.AspNetCoreApp;

/// <summary>One per request: tells whether two requests share a scope.</summary>
public sealed class Visit
{
    public Guid Id { get; } = Guid.NewGuid();
}
