using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>The emulator as its users start it: 'dotnet streaming-lambda-emulator', in a project whose tool manifest has it.</summary>
internal sealed class InstalledEmulator : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private InstalledEmulator(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
    }

    /// <summary>The URL of the template's only function.</summary>
    public string Url { get; private set; } = "";

    public static Task<InstalledEmulator> StartAsync(string project, params string[] options) =>
        StartAsync(project, new Dictionary<string, string?>(), options);

    /// <summary>The same with the environment changed as asked; null removes a variable.</summary>
    public static async Task<InstalledEmulator> StartAsync(
        string project, IReadOnlyDictionary<string, string?> environment, params string[] options)
    {
        ProcessStartInfo start = new("dotnet", ["streaming-lambda-emulator", "--port", "0", .. options])
        {
            WorkingDirectory = project,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        InstalledEmulator emulator = new(Process.Start(start)!);
        emulator._process.BeginOutputReadLine();
        emulator._process.BeginErrorReadLine();
        emulator.Url = (await emulator.WaitForLineAsync("listens on (http://[^ ]+)")).Groups[1].Value;
        return emulator;
    }

    /// <summary>Reads on until a line matches.</summary>
    public async Task<Match> WaitForLineAsync(string pattern)
    {
        List<string> seen = [];
        using CancellationTokenSource limit = new(Patience);
        try
        {
            while (true)
            {
                string line = await _lines.Reader.ReadAsync(limit.Token);
                seen.Add(line);
                if (Regex.Match(line, pattern) is { Success: true } match)
                    return match;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The emulator did not print '{pattern}', but:\n{string.Join('\n', seen)}");
        }
    }

    /// <summary>Reads one line, which has to match.</summary>
    public async Task WaitForNextLineAsync(string pattern)
    {
        using CancellationTokenSource limit = new(Patience);
        Assert.Matches(pattern, await _lines.Reader.ReadAsync(limit.Token));
    }

    public async ValueTask DisposeAsync()
    {
        // As Ctrl+C does: it then ends what it has started, its build server too.
        await Command.RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        using (CancellationTokenSource orderly = new(Patience))
        {
            try
            {
                await _process.WaitForExitAsync(orderly.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        using CancellationTokenSource limit = new(Patience);
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
            _lines.Writer.TryWrite(line);
    }
}
