using System.Runtime.InteropServices;
using StreamingLambda.Emulator;
using StreamingLambda.Emulator.Building;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Configuration.Templates;
using StreamingLambda.Emulator.Output;

if (OperatingSystem.IsWindows())
{
    await Console.Error.WriteLineAsync(
        "The emulator runs on Linux and macOS: a function for Lambda is a Linux program, which Windows can neither start nor end. "
            + "Use WSL, https://aka.ms/wsl.");
    return ExitCodes.CannotStart;
}

int exitCode = await new CommandLine(RunAsync).InvokeAsync(args, Console.Out, Console.Error);
if (exitCode == ExitCodes.WrongCommandLine)
    await Console.Error.WriteLineAsync("--help lists the options.");
return exitCode;

async Task<int> RunAsync(EmulatorOptions options)
{
    EmulatorConsole console = options.Json
        ? EmulatorConsole.OfJson(Console.Out, TimeProvider.System, Console.Error)
        : new EmulatorConsole(Console.Out, Console.Error);
    var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    void Stop(PosixSignalContext context)
    {
        // Not the default, which is to end at once. A second one does that: with --debug the function may take its time.
        context.Cancel = stop.TrySetResult();
    }

    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    int problem = ExitCodes.CannotStart;
    try
    {
        using var readyFile = new ReadyFile(options.ReadyFile);
        var account = Account.FromEnvironment(Environment.GetEnvironmentVariable);
        await using WatchedBuild? build = options.Watch ? Watch(options, console) : null;
        if (build is not null)
            await Task.WhenAny(build.SettledAsync(CancellationToken.None), stop.Task);
        var source = new FunctionSource(options, account, console, build);
        IReadOnlyList<FunctionSettings> functions = source.Read(Environment.CurrentDirectory);
        problem = ExitCodes.CannotListen;
        await using EmulatorHost host = await EmulatorHost.StartAsync(
            functions, options.Bind, options.Port, console, TimeProvider.System, source.Apis);
        problem = ExitCodes.CannotStart;
        IReadOnlyList<OpenDoor> doors = OpenDoor.Of(functions, source.Apis, host.Ports, options.Bind, host.Page);
        // Who sees what follows finds the file.
        readyFile.Write(doors);
        if (options.Json)
            Announce(console, doors);
        else
            Banner.Print(console, functions, source.Apis, host.Ports, options.Bind, host.Page);
        await stop.Task;
        console.Write(new ConsoleEntry(EntryTypes.Stopping, "Stopping."));
        return ExitCodes.Ended;
    }
    catch (ConfigurationException exception)
    {
        if (options.Json)
            console.Write(new ConsoleEntry(EntryTypes.Failed, exception.Message) { Members = json => json.WriteNumber("exitCode", problem) });
        else
            await Console.Error.WriteLineAsync(exception.Message);
        return problem;
    }
}

static WatchedBuild Watch(EmulatorOptions options, EmulatorConsole console)
{
    string? path = options.Template is { } template ? Path.GetFullPath(template) : TemplateFile.Find(Environment.CurrentDirectory);
    string root = Path.GetDirectoryName(path) ?? Environment.CurrentDirectory;
    return WatchedBuild.Start(WatchedProject.Find(root, options.Project), console, TimeProvider.System);
}

static void Announce(EmulatorConsole console, IReadOnlyList<OpenDoor> doors)
{
    foreach (OpenDoor door in doors)
        console.Write(door.ToEntry());
    console.Write(new ConsoleEntry(EntryTypes.Ready, "All of them take requests."));
}
