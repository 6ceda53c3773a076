using System.Diagnostics;
using System.Reflection;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Configuration.Templates;

namespace StreamingLambda.Emulator.Testing;

/// <summary>What the paths of <see cref="LocalLambdaOptions"/> mean: a template, an executable, or both.</summary>
internal sealed record Target(string? Template, string? Bootstrap)
{
    private static readonly string[] TemplateEndings = [".yaml", ".yml", ".json", ".template"];

    /// <summary>Finds it, and builds a project.</summary>
    /// <exception cref="ConfigurationException">There is no such thing, or it cannot be built.</exception>
    public static async Task<Target> FindAsync(LocalLambdaOptions options, CancellationToken cancellationToken)
    {
        Target target = options.Path is { } path
            ? await FindAsync(path, options.Configuration, cancellationToken).ConfigureAwait(false)
            : new Target(
                TemplateFile.Find(AppContext.BaseDirectory) ?? throw new ConfigurationException(
                    $"There is no template.yaml in {AppContext.BaseDirectory} or above it. Name what to run with {nameof(LocalLambdaOptions)}."
                        + $"{nameof(LocalLambdaOptions.Path)}: a template, an executable or a project."),
                null);
        if (options.Executable is null)
            return target;

        Target other = await FindAsync(options.Executable, options.Configuration, cancellationToken).ConfigureAwait(false);
        const string Option = $"{nameof(LocalLambdaOptions)}.{nameof(LocalLambdaOptions.Executable)}";
        const string PathOption = $"{nameof(LocalLambdaOptions)}.{nameof(LocalLambdaOptions.Path)}";
        return (target.Template, other.Bootstrap) switch
        {
            (null, _) => throw new ConfigurationException(
                $"{Option} is for the functions of a template, and {options.Path} is none. Name the executable with {PathOption} alone, or "
                    + "a template there."),
            (_, null) => throw new ConfigurationException($"{Option} is a template, {options.Executable}. Name that with {PathOption}."),
            _ => target with { Bootstrap = other.Bootstrap },
        };
    }

    private static async Task<Target> FindAsync(string name, string? configuration, CancellationToken cancellationToken)
    {
        string path = Locate(name);
        if (TemplateEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            return new Target(path, null);
        if (Path.GetExtension(path).Equals(".csproj", StringComparison.OrdinalIgnoreCase))
            return new Target(null, await BuildAsync(path, configuration, cancellationToken).ConfigureAwait(false));
        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, "bootstrap")))
            return new Target(null, path);
        string[] projects = Directory.GetFiles(path, "*.csproj");
        return projects switch
        {
            [var project] => new Target(null, await BuildAsync(project, configuration, cancellationToken).ConfigureAwait(false)),
            [] => throw new ConfigurationException(
                $"{path} has neither an executable named bootstrap nor a project. Name another path, or build it first."),
            _ => throw new ConfigurationException($"{path} has {projects.Length} projects. Name one of them."),
        };
    }

    // Tests run in a folder deep below what their author sees.
    private static string Locate(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.GetFullPath(path, folder.FullName);
            if (Path.Exists(candidate))
                return candidate;
        }
        throw new ConfigurationException(
            $"There is no {path}, neither in {AppContext.BaseDirectory} nor in a folder above it. Build the function first, or give its path in "
                + "full.");
    }

    // Up to date it takes a second or two. The project itself says where the result is: nothing is guessed about folders. That it does in a step of
    // its own, as a build that is asked for a property does not show its errors.
    private static async Task<string> BuildAsync(string project, string? configuration, CancellationToken cancellationToken)
    {
        string property = $"-property:Configuration={configuration ?? OwnConfiguration}";
        await RunAsync(["build", project, "--nologo", "--verbosity", "quiet", property], cancellationToken).ConfigureAwait(false);
        string executable = await RunAsync(["msbuild", project, "-getProperty:RunCommand", property], cancellationToken).ConfigureAwait(false);
        return File.Exists(executable) ? executable : throw new ConfigurationException(
            $"{project} is built, but makes no executable ('{executable}'). Give it <OutputType>Exe</OutputType>, or name another path.");
    }

    private static async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string dotnet = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";
        var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // A server that stays would hold the pipes.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = (await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim();
            string errors = await error.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0 ? output : throw new ConfigurationException(
                $"'dotnet {string.Join(' ', arguments)}' failed: {output} {errors} Correct that, or name the executable itself.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string OwnConfiguration =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration is { Length: > 0 } own ? own : "Debug";
}
