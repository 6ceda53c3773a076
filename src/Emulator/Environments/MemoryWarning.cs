using System.Globalization;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Invocations;

namespace StreamingLambda.Emulator.Environments;

/// <summary>Says once for each process that it took more memory than the function has: on Lambda that ends it, here it goes on.</summary>
internal sealed class MemoryWarning(FunctionSettings settings, BootstrapFiles files, FunctionLog log)
{
    private bool _isSaid;

    /// <summary>Looks at the most memory that the process had so far.</summary>
    public void Check(long peakMegabytes)
    {
        if (peakMegabytes <= settings.MemorySize || Interlocked.Exchange(ref _isSaid, true))
            return;

        string managed = files.IsManaged ? " A managed build takes more than the native one: look again with that." : "";
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"WARNING: the process had {peakMegabytes} MB of memory, and the function has {settings.MemorySize} MB. Lambda would have ended it "
                + $"(Runtime.OutOfMemory); here it goes on. Hold less at a time, or raise MemorySize (here: --memory MB).{managed}"));
    }
}
