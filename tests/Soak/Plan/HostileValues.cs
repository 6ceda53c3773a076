using StreamingLambda.Runtime;

namespace StreamingLambda.Soak.Plan;

/// <summary>Values that a handler could pass to break the framing.</summary>
internal static class HostileValues
{
    /// <summary>Each makes a head that cannot be sent.</summary>
    public static IReadOnlyList<Func<StatusAndHeaders>> Heads { get; } =
    [
        () => new(200, ("x-a", "b\r\nevil: 1")),
        () => new(200, ("x-a", "\n")),
        () => new(200, ("x-a", "b\0\0\0\0\0\0\0\0")),
        () => new(200, ("x-a", "\u0007")),
        () => new(200, ("x-a", "caf\u00e9")),
        () => new(200, ("x-a", null!)),
        () => new(200, ("", "v")),
        () => new(200, ("x a", "v")),
        () => new(200, ("x\r\ny", "v")),
        () => new(200, ("Content-Length", "5")),
        () => new(200, ("transfer-encoding", "chunked")),
        () => new(200, ("Set-Cookie", "a=b")),
        () => new(200, ("Content-Type", "text/plain"), ("content-type", "text/html")),
        () => new(200, ("x-long", new string('a', 16 * 1024))),
        () => new(200) { Cookies = ["a=b\r\nevil: 1"] },
        () => new(99),
        () => new(600),
    ];

    /// <summary>Messages for exceptions.</summary>
    public static IReadOnlyList<string> Messages { get; } =
    [
        "out of luck",
        "line one\r\nevil: header\r\n\r\n0\r\n\r\n",
        "\0\0\0\0\0\0\0\0",
        "caf\u00e9 \ud83d\ude00 \ud800 \" \\ </script>",
        new string('x', 100_000),
        "",
    ];
}
