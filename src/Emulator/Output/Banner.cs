using System.Globalization;
using System.Net;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Environments;

namespace StreamingLambda.Emulator.Output;

/// <summary>What the developer reads first: where the functions listen, what runs, and a line to paste.</summary>
internal static class Banner
{
    /// <summary>Prints it.</summary>
    public static void Print(
        EmulatorConsole console,
        IReadOnlyList<FunctionSettings> functions,
        IReadOnlyList<ApiSettings> apis,
        IReadOnlyList<int> ports,
        IPAddress address,
        Uri? page)
    {
        if (!IPAddress.IsLoopback(address))
        {
            console.WriteLine(
                $"WARNING: listening on {address}. Everybody who reaches this machine can run these functions{Unsigned(functions)}.");
            console.WriteLine("         Leave --bind out to listen on this machine only.");
            console.WriteLine();
        }

        foreach ((FunctionSettings function, int port) in functions.Where(function => function.HasUrl).Zip(ports))
        {
            string url = Url(address, port).AbsoluteUri;
            console.WriteLine($"{function.Name} listens on {url}");
            console.WriteLine(
                $"  handler {function.Handler}, timeout {function.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s, "
                    + $"{SettingNames.NameOf(SettingNames.InvokeModes, function.InvokeMode)}, auth "
                    + $"{SettingNames.NameOf(SettingNames.AuthTypes, function.AuthType)}");
            console.WriteLine($"  bootstrap {BootstrapFiles.Read(function.BootstrapPath).Description}");
            console.WriteLine();
            console.WriteLine($"  {CurlLine.Of(function.AuthType == AuthType.AwsIam ? function.Account : null, url)}");
            if (function.Doors.InvokePath is { } invokePath)
                console.WriteLine($"  curl -N --data '\"a ready-made event\"' {url}{invokePath[1..]}");
            console.WriteLine();
        }
        foreach ((ApiSettings api, int port) in apis.Zip(ports.Skip(functions.Count(function => function.HasUrl))))
            ApiBanner.Print(console, api, Url(address, port).AbsoluteUri);
        if (apis.Count == 0 && !functions.Any(function => function.HasUrl))
            console.WriteLine($"The Lambda API listens on {Url(address, ports[0])}");
        foreach (FunctionSettings function in functions.Where(function => !function.HasUrl))
        {
            console.WriteLine($"{function.Name} has no function URL; invoke it through the Lambda API on any of the ports above.");
            console.WriteLine(
                $"  handler {function.Handler}, timeout {function.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
            console.WriteLine($"  bootstrap {BootstrapFiles.Read(function.BootstrapPath).Description}");
        }
        if (functions.Any(function => function is { HasUrl: true, AuthType: AuthType.AwsIam })
            || apis.Any(api => api.Routes.Any(route => route.Auth.IsSigned)))
            console.WriteLine("Requests must be signed, as on AWS. For plain ones start the emulator with --auth NONE.");
        if (page is not null)
            console.WriteLine($"Each invocation live, chunk by chunk: {page}");
        if (!WritableFolders.CanBeEnforced)
            console.WriteLine("This system cannot keep functions from writing elsewhere than in /tmp. On Lambda they can write nowhere else.");
        console.WriteLine("A function's process starts with its first invocation. Ctrl+C ends everything.");
    }

    private static string Unsigned(IReadOnlyList<FunctionSettings> functions) =>
        functions[0].Doors.InvokePath is { } path ? $", and POST {path} asks for no signature" : "";

    /// <summary>Where a port is reached that listens on an address.</summary>
    public static Uri Url(IPAddress address, int port) =>
        new UriBuilder(Uri.UriSchemeHttp, (IPAddress.Any.Equals(address) ? IPAddress.Loopback : address).ToString(), port).Uri;
}
