using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class DefaultBootstrapTests : IDisposable
{
    private readonly DirectoryInfo _artifacts = Directory.CreateTempSubdirectory("emulator-artifacts-");

    public void Dispose() => _artifacts.Delete(recursive: true);

    [Fact]
    public void The_one_that_was_built_last_is_taken()
    {
        string managed = Built("bin/Function/debug", minutesAgo: 2);
        string native = Built("local", minutesAgo: 1);

        Assert.Equal(native, DefaultBootstrap.FindBelow(_artifacts.FullName));

        // A managed build that has something to do writes the library, not the small executable beside it.
        Write(Path.Combine(Path.GetDirectoryName(managed)!, "bootstrap.dll"), minutesAgo: 0);
        Assert.Equal(managed, DefaultBootstrap.FindBelow(_artifacts.FullName));
    }

    [Fact]
    public void Half_finished_ones_and_copies_are_left_alone()
    {
        Built("obj/Function/debug", minutesAgo: 0);
        Built(".build.abc/out", minutesAgo: 0);
        // A publish at work: the managed build, and the compiler's result beside it.
        string compiled = Built("bin/Function/release_linux-x64/native", minutesAgo: 0);
        Write(Path.Combine(Path.GetDirectoryName(compiled)!, "..", "bootstrap.dll"), minutesAgo: 0);
        string copy = Built("bin/Function.Tests/debug", minutesAgo: 0);
        Write(Path.Combine(Path.GetDirectoryName(copy)!, "bootstrap.runtimeconfig.json"), minutesAgo: 0);
        Write(Path.Combine(Path.GetDirectoryName(copy)!, "Function.Tests.runtimeconfig.json"), minutesAgo: 0);
        string finished = Built("net10.0/bin/Function/debug", minutesAgo: 1);
        Write(Path.Combine(Path.GetDirectoryName(finished)!, "bootstrap.runtimeconfig.json"), minutesAgo: 1);

        Assert.Equal(finished, DefaultBootstrap.FindBelow(_artifacts.FullName));
    }

    [Fact]
    public void Without_a_build_there_is_none()
    {
        Assert.Null(DefaultBootstrap.FindBelow(_artifacts.FullName));
        Assert.Null(DefaultBootstrap.FindBelow(Path.Combine(_artifacts.FullName, "never", "made")));
    }

    private string Built(string folder, int minutesAgo)
    {
        string path = Path.Combine(_artifacts.CreateSubdirectory(folder).FullName, OperatingSystem.IsWindows() ? "bootstrap.exe" : "bootstrap");
        Write(path, minutesAgo);
        return path;
    }

    private static void Write(string path, int minutesAgo)
    {
        File.WriteAllText(path, "");
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-minutesAgo));
    }
}
