namespace StreamingLambda.Tests.Shared;

/// <summary>How long a test waits for something that must happen, before it fails instead of hanging.</summary>
public static class Limits
{
    /// <summary>For one step of a script, generous because test machines are busy.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(20);
}
