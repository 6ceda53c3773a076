using System.Runtime.CompilerServices;
using System.Text;

namespace StreamingLambda.Runtime.Http;

/// <summary>Who asks: <c>streaming-lambda/0.2.0-dotnet9.0.22-aot</c>, the last part in native code only. Lambda keeps this one token as the release
/// of the runtime, by which its own tools and its support tell runtimes apart.</summary>
internal static partial class UserAgent
{
    /// <summary>The header's value. Lambda takes 128 characters.</summary>
    public static readonly string Token =
        "streaming-lambda/" + Version + "-dotnet" + Environment.Version.ToString() + (RuntimeFeature.IsDynamicCodeSupported ? "" : "-aot");

    /// <summary>The header as it is sent.</summary>
    public static readonly byte[] Field = Encoding.ASCII.GetBytes("User-Agent: " + Token + "\r\n");
}
