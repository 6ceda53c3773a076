using System.Net;
using Microsoft.Extensions.Primitives;

namespace StreamingLambda.Emulator.Doors.Callers;

/// <summary>
/// The names of this machine. A page that lets its own name point here (DNS rebinding) is no stranger to the browser; its name gives it away.
/// </summary>
internal sealed class MachineNames(IReadOnlyList<string> allowed)
{
    private const string LocalHost = "localhost";

    /// <summary>Whether a name, or an address in digits, is this machine's own or one that the developer allows.</summary>
    /// <param name="host">The host without its port.</param>
    /// <param name="listener">The address that the connection came to.</param>
    public bool Contain(string host, IPAddress? listener)
    {
        string name = host.TrimEnd('.');
        if (IPAddress.TryParse(name, out IPAddress? address) && (IPAddress.IsLoopback(address) || address.Equals(Unmapped(listener))))
            return true;

        return name.Equals(LocalHost, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith($".{LocalHost}", StringComparison.OrdinalIgnoreCase)
            || allowed.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a page's origin is on this machine.</summary>
    /// <param name="origin">What a browser sends as <c>Origin</c>: <c>https://www.example.com</c>, or <c>null</c> for a page without one.</param>
    /// <param name="listener">The address that the connection came to.</param>
    public bool ContainOrigin(StringValues origin, IPAddress? listener) =>
        origin.Count == 1 && Uri.TryCreate(origin[0], UriKind.Absolute, out Uri? page) && page.Host.Length > 0 && Contain(page.Host, listener);

    private static IPAddress? Unmapped(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
