using System.Diagnostics.CodeAnalysis;

namespace StreamingLambda.AspNetCore;

/// <summary>Whether Kestrel is there to serve the app outside of Lambda. The trimmer knows the answer when it publishes a function, and leaves
/// Kestrel out.</summary>
internal static class KestrelSwitch
{
    private const string Name = "StreamingLambda.AspNetCore.Kestrel";

    /// <summary>True unless the executable was published with <c>LambdaKeepsKestrel</c> unset or false
    /// (build/StreamingLambda.AspNetCore.targets).</summary>
    [FeatureSwitchDefinition(Name)]
    public static bool IsOn => !AppContext.TryGetSwitch(Name, out bool isOn) || isOn;
}
