using System.Collections.Concurrent;
using System.ComponentModel;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Packages from npm, each in a folder of its own below artifacts/, and programs of Node.js that use them.</summary>
internal static class NpmPackages
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Installs = new();

    /// <summary>The folder of a package. Skips the test, with the reason, where it cannot be had.</summary>
    public static Task<string> InstallAsync(string name, string version) =>
        Installs.GetOrAdd(name, _ => new Lazy<Task<string>>(() => InstallOnceAsync(name, version))).Value;

    private static async Task<string> InstallOnceAsync(string name, string version)
    {
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string folder = Path.Combine(output.Parent!.Parent!.Parent!.FullName, "npm", name.Replace('/', '-').TrimStart('@'));
        if (Directory.Exists(folder))
            return folder;

        // It gets its name when it is whole: the other framework's tests may look for it just now.
        string fresh = $"{folder}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(fresh);
        CommandResult install = await StartAsync(fresh, "npm", "install", "--no-audit", "--no-fund", "--prefix", fresh, $"{name}@{version}");
        Assert.SkipUnless(install.ExitCode == 0, $"npm cannot install {name}@{version} here: {install.Output}{install.Error}");
        try
        {
            Directory.Move(fresh, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(fresh, recursive: true);
        }
        return folder;
    }

    /// <summary>Runs a program with these arguments; what it prints.</summary>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments) =>
        (await StartAsync(folder, "node", ["-e", program, "--", .. arguments])).Output;

    private static async Task<CommandResult> StartAsync(string folder, string name, params string[] arguments)
    {
        try
        {
            return await Command.RunAsync(
                name, arguments, folder, new Dictionary<string, string?> { ["no_proxy"] = "127.0.0.1" }, TimeSpan.FromMinutes(2));
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no {name} on this machine.");
            throw;
        }
    }
}
