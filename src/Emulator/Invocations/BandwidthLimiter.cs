using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Invocations;

/// <summary>Holds a streamed response to Lambda's rate: a burst at full speed, then so many bytes a second.</summary>
internal sealed class BandwidthLimiter(Limits limits, TimeProvider time)
{
    private long _burstLeft = limits.Burst;
    private long _lastRefill;

    /// <summary>Waits until <paramref name="bytes"/> more may go out.</summary>
    public async ValueTask WaitAsync(long bytes, CancellationToken cancellationToken)
    {
        if (limits.Bandwidth == long.MaxValue)
            return;

        // The bucket holds what may still go out; it is refilled by time and never above the burst.
        long now = time.GetTimestamp();
        if (_lastRefill != 0)
            _burstLeft = Math.Min(limits.Burst, _burstLeft + (long)(time.GetElapsedTime(_lastRefill, now).TotalSeconds * limits.Bandwidth));
        _lastRefill = now;
        _burstLeft -= bytes;

        // Debt is paid by waiting. The refill after the wait sees the time that passed, so a late timer costs no rate.
        if (_burstLeft < 0)
            await Task.Delay(TimeSpan.FromSeconds((double)-_burstLeft / limits.Bandwidth), time, cancellationToken);
    }
}
