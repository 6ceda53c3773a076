using StreamingLambda.Emulator.Testing;

namespace StreamingLambda.EndToEnd.Tests.ForeignRuntimes;

/// <summary>A folder with a <c>bootstrap</c> that nobody here wrote, or that behaves as one.</summary>
internal sealed class ForeignRuntime : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Writes the <c>bootstrap</c>, a script whose first line is <c>#!</c> and this interpreter.</summary>
    public ForeignRuntime(string interpreter, string script)
    {
        File.WriteAllText(Bootstrap, $"#!{interpreter}\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Bootstrap, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Bootstrap => Path.Combine(_directory.Path, "bootstrap");

    /// <summary>Adds a file beside it.</summary>
    public ForeignRuntime With(string name, string text)
    {
        File.WriteAllText(Path.Combine(_directory.Path, name), text);
        return this;
    }

    /// <summary>Lambda with it as its function.</summary>
    public Task<LocalLambda> StartAsync(string handler, LocalLambdaOptions? options = null) =>
        LocalLambda.StartAsync((options ?? new LocalLambdaOptions()) with { Path = Bootstrap, Handler = handler });

    /// <summary>Where a program is. Skips the test where it is not.</summary>
    public static string PathOf(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists) is { } path
            ? path
            : throw SkipWithout(program);

    public void Dispose() => _directory.Dispose();

    private static InvalidOperationException SkipWithout(string program)
    {
        Assert.Skip($"'{program}' is not in PATH.");
        return new InvalidOperationException();
    }
}
