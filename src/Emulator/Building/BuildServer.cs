using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StreamingLambda.Emulator.Building;

/// <summary>What one build said, and how it ended.</summary>
/// <param name="Succeeded">Whether the function is built.</param>
/// <param name="Messages">Errors and warnings, each once.</param>
internal sealed record BuildResult(bool Succeeded, IReadOnlyList<string> Messages);

/// <summary>Runs 'dotnet build' in an MSBuild that stays in memory from one build to the next, and ends with the emulator.</summary>
internal sealed class BuildServer(string root) : IDisposable
{
    /// <summary>Sets our MSBuild apart from that of other builds of this user: nobody else's build goes into it, and it can be ended.</summary>
    private const string Salt = "MSBUILDNODEHANDSHAKESALT";

    /// <summary>So long a build that failed may take until its output is here.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly string _mark = $"streaming-lambda-emulator-{Guid.NewGuid():N}";
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"streaming-lambda-build-{Guid.NewGuid():N}.log");

    /// <summary>Builds a project.</summary>
    /// <param name="project">Its file.</param>
    /// <param name="restores">Whether packages may be missing. It takes a second to find out.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    public async Task<BuildResult> BuildAsync(string project, bool restores, CancellationToken cancellationToken)
    {
        File.Delete(_log);
        ProcessStartInfo start = new(Dotnet(), ["build", project, "-noLogo", "-noConsoleLogger", $"-fileLoggerParameters:{LogParameters}"])
        {
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!restores)
            start.ArgumentList.Add("--no-restore");
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment[Salt] = _mark;
        start.Environment.Remove("MSBUILDDISABLENODEREUSE");

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = new StringBuilder();
        Task drained = Task.WhenAll(DrainAsync(process.StandardOutput, said), DrainAsync(process.StandardError, said));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        string log = File.Exists(_log) ? await File.ReadAllTextAsync(_log, cancellationToken) : "";
        bool hasSucceeded = process.ExitCode == 0;
        // Then the reason is among what it printed. The server inherits these pipes and keeps them open: their end may not come.
        if (!hasSucceeded && log.Length == 0)
            await Task.WhenAny(drained, Task.Delay(LastWords, cancellationToken));
        return new BuildResult(hasSucceeded, ReadMessages(log, said));
    }

    public void Dispose()
    {
        File.Delete(_log);
        if (!OperatingSystem.IsLinux())
            return; // It ends by itself, after a quarter of an hour without a build.
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && IsOurs(directory))
                Kill(id);
        }
    }

    private string LogParameters => $"LogFile={_log};Verbosity=quiet;NoSummary;Encoding=UTF-8";

    // The one that runs this program, if any does.
    private static string Dotnet() => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath!
        : "dotnet";

    private string[] ReadMessages(string log, StringBuilder said)
    {
        string text = log;
        // What fails before MSBuild does anything, such as an SDK that is missing, is in no log.
        if (text.Length == 0)
        {
            lock (said)
                text = said.ToString();
        }
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Shorten).Distinct()];
    }

    // '/root/src/Hello.cs(3,4): error CS1002: ; expected [/root/src/Function.csproj]': the project is known.
    private string Shorten(string line)
    {
        int end = line.EndsWith("proj]", StringComparison.Ordinal) ? line.LastIndexOf(" [", StringComparison.Ordinal) : -1;
        string message = end < 0 ? line : line[..end];
        return message.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? message[(root.Length + 1)..] : message;
    }

    private static async Task DrainAsync(StreamReader reader, StringBuilder said)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (said)
                    said.AppendLine(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The build has ended, and with it the interest in what a server still writes.
            _ = exception;
        }
    }

    private bool IsOurs(string process)
    {
        try
        {
            // The compiler's server, which a build starts too, serves all builds of this user.
            return File.ReadAllText(Path.Combine(process, "environ")).Contains(_mark, StringComparison.Ordinal)
                && File.ReadAllText(Path.Combine(process, "cmdline")).Contains("/nodemode:", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or it has ended.
            return false;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended meanwhile.
            _ = exception;
        }
    }
}
