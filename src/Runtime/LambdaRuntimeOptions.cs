using System.Runtime.CompilerServices;

namespace StreamingLambda.Runtime;

/// <summary>Choices that belong to the program, not to its environment.</summary>
/// <example>
/// <code>
/// var options = new LambdaRuntimeOptions { DeadlineMargin = TimeSpan.FromSeconds(1), RegisterForShutdown = true };
/// return await LambdaRuntime.RunAsync(new Hello(), options);
/// </code>
/// </example>
public sealed record LambdaRuntimeOptions
{
    /// <summary>Longer than any invocation of Lambda, and well within what a timer counts.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly TimeSpan _deadlineMargin = TimeSpan.FromMilliseconds(250);
    private readonly TimeSpan _shutdownWindow = TimeSpan.FromMilliseconds(450);

    /// <summary>How long before the deadline the handler's token fires, so that it can still end its response. Default 250 milliseconds;
    /// zero fires at the deadline.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or longer than a day.</exception>
    public TimeSpan DeadlineMargin
    {
        get => _deadlineMargin;
        init => _deadlineMargin = InRange(value);
    }

    /// <summary>Registers an internal extension with no events, which makes Lambda send SIGTERM before it ends the environment. Off by
    /// default: it costs a round trip at init. Lambda Managed Instances send SIGTERM anyway and refuse internal extensions, so it is an
    /// error there.</summary>
    public bool RegisterForShutdown { get; init; }

    /// <summary>How long a response in flight may go on after SIGTERM, or after another loop has lost the Runtime API. Lambda kills the process
    /// about 500 milliseconds after SIGTERM when only internal extensions are registered, after 2 seconds with external ones; the default of 450
    /// milliseconds leaves time to exit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or longer than a day.</exception>
    public TimeSpan ShutdownWindow
    {
        get => _shutdownWindow;
        init => _shutdownWindow = InRange(value);
    }

    /// <summary>The clock, replaceable in tests.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Ends the process, which is not the function's own in a test; null for <see cref="Environment.Exit"/>.</summary>
    internal Action<int>? Exit { get; init; }

    private static TimeSpan InRange(TimeSpan value, [CallerMemberName] string option = "") => value >= TimeSpan.Zero && value <= Longest
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} cannot be {value}. Set it to a time from zero to a day.");
}
