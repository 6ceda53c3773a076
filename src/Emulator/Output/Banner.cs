using System.Globalization;
using System.Net;
using StreamingLambda.Emulator.Platform;

namespace StreamingLambda.Emulator.Output;

/// <summary>What the developer reads first: where the functions listen, what runs, and a line to paste.</summary>
internal static class Banner
{
    /// <summary>Prints it.</summary>
    public static void Print(EmulatorConsole console, IReadOnlyList<FunctionSettings> functions, IReadOnlyList<int> ports, IPAddress address)
    {
        if (!IPAddress.IsLoopback(address))
        {
            console.WriteLine($"WARNING: listening on {address}. Everybody who reaches this machine can run these functions, and POST /invoke asks for no signature.");
            console.WriteLine("         Leave --bind out to listen on this machine only.");
            console.WriteLine();
        }

        foreach ((FunctionSettings function, int port) in functions.Zip(ports))
        {
            string url = string.Create(CultureInfo.InvariantCulture, $"http://{(IPAddress.IsLoopback(address) ? address : IPAddress.Loopback)}:{port}/");
            console.WriteLine($"{function.Name} listens on {url}");
            console.WriteLine($"  handler {function.Handler}, timeout {function.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s, {Text(function.InvokeMode)}, auth {Text(function.AuthType)}");
            console.WriteLine($"  bootstrap {function.BootstrapPath}");
            console.WriteLine();
            console.WriteLine($"  curl -N {url}");
            console.WriteLine($"  curl -N --data '\"a ready-made event\"' {url}invoke");
            console.WriteLine();
        }
        console.WriteLine("A function's process starts with its first invocation. Ctrl+C ends everything.");
    }

    private static string Text(InvokeMode mode) => mode == InvokeMode.Buffered ? "BUFFERED" : "RESPONSE_STREAM";

    private static string Text(AuthType auth) => auth == AuthType.AwsIam ? "AWS_IAM" : "NONE";
}
