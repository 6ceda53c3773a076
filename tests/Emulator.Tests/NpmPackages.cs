using System.ComponentModel;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Packages from npm, each in a folder of its own below artifacts/, and programs of Node.js that use them.</summary>
internal static class NpmPackages
{
    /// <summary>The folder of a package. Skips the test, with the reason, where it cannot be had.</summary>
    public static async Task<string> InstallAsync(string name, string version)
    {
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string folder = Path.Combine(output.Parent!.Parent!.Parent!.FullName, "npm", name.Replace('/', '-').TrimStart('@'));
        if (File.Exists(Path.Combine(folder, "node_modules", name, "package.json")))
            return folder;

        Directory.CreateDirectory(folder);
        CommandResult install = await StartAsync(folder, "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, $"{name}@{version}");
        Assert.SkipUnless(install.ExitCode == 0, $"npm cannot install {name}@{version} here: {install.Output}{install.Error}");
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
