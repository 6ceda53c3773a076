using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A folder with a template in it, read as the emulator reads it when it starts.</summary>
internal sealed class TemplateReading : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("emulator-template-");
    private ConsoleCapture _console = new();

    public string Folder => _directory.FullName;

    public IReadOnlyList<string> Said => _console.Lines;

    /// <summary>What was said so far does not count any more.</summary>
    public void Forget() => _console = new ConsoleCapture();

    /// <summary>Templates in the style of public samples.</summary>
    public static IReadOnlyList<string> Samples { get; } =
        [.. Repository.FilesOf("tests/Emulator.Tests/Templates").Order(StringComparer.Ordinal)];

    public static string Sample(string name) => Repository.Read($"tests/Emulator.Tests/Templates/{name}");

    public IReadOnlyList<FunctionSettings> Read(string template, EmulatorOptions? options = null, string file = "template.yaml")
    {
        File.WriteAllText(Path.Combine(Folder, file), template);
        return Read(options);
    }

    /// <summary>Whatever template is there, by default with an executable that the command line names.</summary>
    public IReadOnlyList<FunctionSettings> Read(EmulatorOptions? options = null) =>
        Source(options ?? new EmulatorOptions { Bootstrap = TestEmulator.BootstrapPath }).Read(Folder);

    /// <summary>The APIs of a template.</summary>
    public IReadOnlyList<ApiSettings> ReadApis(string template, EmulatorOptions? options = null)
    {
        File.WriteAllText(Path.Combine(Folder, "template.yaml"), template);
        FunctionSource source = Source((options ?? new EmulatorOptions()) with { Bootstrap = TestEmulator.BootstrapPath });
        source.Read(Folder);
        return source.Apis;
    }

    /// <summary>Why the template cannot be used.</summary>
    public string Refusal(string template, EmulatorOptions? options = null, string file = "template.yaml") =>
        Assert.Throws<ConfigurationException>(() => Read(template, options, file)).Message;

    public FunctionSource Source(EmulatorOptions options) => new(options, new Account(), new EmulatorConsole(_console));

    /// <summary>An empty executable.</summary>
    public string Build(string path)
    {
        string full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "#!/bin/sh\n");
        return full;
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _console.Dispose();
    }
}
