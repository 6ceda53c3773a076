using System.Runtime.InteropServices;
using StreamingLambda.Emulator;
using StreamingLambda.Emulator.Configuration;
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
        var source = new FunctionSource(options, account, console);
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
