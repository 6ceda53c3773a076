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
    return 1;
}

var console = new EmulatorConsole(Console.Out);
return await new CommandLine(RunAsync).InvokeAsync(args, Console.Out, Console.Error);

async Task<int> RunAsync(EmulatorOptions options)
{
    var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    void Stop(PosixSignalContext context)
    {
        // Not the default, which is to end at once and leave the functions' processes behind.
        context.Cancel = true;
        stop.TrySetResult();
    }

    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    try
    {
        var account = Account.FromEnvironment(Environment.GetEnvironmentVariable);
        await using WatchedBuild? build = options.Watch ? Watch(options) : null;
        if (build is not null)
            await Task.WhenAny(build.SettledAsync(CancellationToken.None), stop.Task);
        var source = new FunctionSource(options, account, console, build);
        IReadOnlyList<FunctionSettings> functions = source.Read(Environment.CurrentDirectory);
        await using EmulatorHost host = await EmulatorHost.StartAsync(
            functions, options.Bind, options.Port, console, TimeProvider.System, source.Apis);
        Banner.Print(console, functions, source.Apis, host.Ports, options.Bind, host.Page);
        await stop.Task;
        console.WriteLine("Stopping.");
        return 0;
    }
    catch (ConfigurationException exception)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return 1;
    }
}

WatchedBuild Watch(EmulatorOptions options)
{
    string root = Path.GetDirectoryName(options.Template is { } template ? Path.GetFullPath(template) : TemplateFile.Find(Environment.CurrentDirectory))
        ?? Environment.CurrentDirectory;
    return WatchedBuild.Start(WatchedProject.Find(root, options.Project), console, TimeProvider.System);
}
