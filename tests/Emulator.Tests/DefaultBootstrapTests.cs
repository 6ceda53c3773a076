using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

public sealed class DefaultBootstrapTests : IDisposable
{
    private readonly DirectoryInfo _artifacts = Directory.CreateTempSubdirectory("emulator-artifacts-");

    private string Zip => Path.Combine(_artifacts.FullName, "bootstrap.zip");

    public void Dispose() => _artifacts.Delete(recursive: true);

    [Fact]
    public void The_one_that_was_built_last_is_taken()
    {
        string managed = Built("bin/Function/debug", minutesAgo: 2);
        string native = Built("local", minutesAgo: 1);

        Assert.Equal(native, DefaultBootstrap.FindNear(Zip));

        // A managed build that has something to do writes the library, not the small executable beside it.
        Write(Path.Combine(Path.GetDirectoryName(managed)!, "bootstrap.dll"), minutesAgo: 0);
        Assert.Equal(managed, DefaultBootstrap.FindNear(Zip));
    }

    [Fact]
    public void Half_finished_ones_and_copies_are_left_alone()
    {
        Built("obj/Function/debug", minutesAgo: 0);
        Built(".build.abc/out", minutesAgo: 0);
        string copy = Built("bin/Function.Tests/debug", minutesAgo: 0);
        Write(Path.Combine(Path.GetDirectoryName(copy)!, "bootstrap.runtimeconfig.json"), minutesAgo: 0);
        Write(Path.Combine(Path.GetDirectoryName(copy)!, "Function.Tests.runtimeconfig.json"), minutesAgo: 0);
        string finished = Built("net10.0/bin/Function/debug", minutesAgo: 1);
        Write(Path.Combine(Path.GetDirectoryName(finished)!, "bootstrap.runtimeconfig.json"), minutesAgo: 1);

        Assert.Equal(finished, DefaultBootstrap.FindNear(Zip));
    }

    [Fact]
    public void Without_a_build_there_is_none()
    {
        Assert.Null(DefaultBootstrap.FindNear(Zip));
        Assert.Null(DefaultBootstrap.FindNear(Path.Combine(_artifacts.FullName, "never", "made", "bootstrap.zip")));
        Assert.Null(DefaultBootstrap.FindNear(null));
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
