namespace StreamingLambda.Soak.Driver;

/// <summary>An answer after which a Lambda function has to end, since it cannot know of further invocations.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Said">What the one line in the log says, among other things.</param>
/// <param name="ToNext">Whether it answers <c>GET next</c>; otherwise the response.</param>
/// <param name="Bytes">What is sent before the connection is closed; null for a reset.</param>
internal sealed record Ending(string Name, string Said, bool ToNext, string? Bytes)
{
    private const string Invocation = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: last\r\nLambda-Runtime-Deadline-Ms: 99999999999999\r\n";

    /// <summary>Whether the function asks once more, on a new connection: it may when no byte of an answer has come.</summary>
    public bool IsAskedAgain => ToNext && string.IsNullOrEmpty(Bytes);

    public static IReadOnlyList<Ending> All { get; } =
    [
        new("next: connection closed", "the server closed the connection", true, ""),
        new("next: connection reset", "the connection is broken", true, null),
        new("next: closed in the head", "the server closed the connection", true, Invocation),
        new("next: closed in the event", "the server closed the connection", true, Invocation + "Content-Length: 100\r\n\r\n{"),
        new("next: closed in a chunk", "the server closed the connection", true, Invocation + "Transfer-Encoding: chunked\r\n\r\n5\r\n{"),
        new("next: 403", "with status 403", true, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}"),
        new("next: 500", "with status 500", true, "HTTP/1.1 500 Container error\r\nContent-Length: 2\r\n\r\n{}"),
        new("next: not HTTP", "not valid HTTP/1.1", true, "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        new("next: two lengths", "Content-Length is not one number", true, Invocation + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        new("next: body without bounds", "its body is longer than", true, Invocation + "Content-Length: 9999999999\r\n\r\n"),
        new("next: head without bounds", "its head is longer than", true, Invocation + "X: " + new string('x', 70_000)),
        new("next: bad chunk size", "the size of a chunk", true, Invocation + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        new("next: no request id", "has no Lambda-Runtime-Aws-Request-Id", true, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        new("response: 500", "with status 500", false, "HTTP/1.1 500 Container error\r\nContent-Length: 2\r\n\r\n{}"),
    ];
}
