using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A <c>bootstrap</c> that is a shell script.</summary>
internal sealed class ScriptBootstrap : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public ScriptBootstrap(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/sh.");
        File.WriteAllText(Path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Nobody is still writing it: the emulator need not wait and see.
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
    }

    public string Path => System.IO.Path.Combine(_directory.Path, "bootstrap");

    public FunctionSettings Settings => TestEmulator.Settings with { BootstrapPath = Path };

    public void Dispose() => _directory.Dispose();
}
