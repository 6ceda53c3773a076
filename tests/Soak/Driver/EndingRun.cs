using System.Net;
using System.Net.Sockets;
using System.Text;

using StreamingLambda.Soak.Plan;
using StreamingLambda.Tests.Shared;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Soak.Driver;

/// <summary>Starts the function, gives it one invocation, then ends it. Invariant: it exits with 1 and says why in one line, at once.</summary>
internal static class EndingRun
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <exception cref="ViolationException">It does not.</exception>
    public static async Task RunAsync(Ending ending, IReadOnlyList<string> command)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using FunctionProcess function = FunctionProcess.Start(command, listener.LocalEndPoint!.ToString()!, concurrency: 1);
        try
        {
            using var connection = new ServerConnection(await listener.AcceptAsync().WaitAsync(StartLimit));
            await PlayAsync(ending, connection).WaitAsync(StartLimit);
            if (ending.IsAskedAgain)
            {
                using var again = new ServerConnection(await listener.AcceptAsync().WaitAsync(StartLimit));
                await RequireHeadAsync(again, isNext: true).WaitAsync(StartLimit);
                await EndAsync(ending, again);
            }
            int exitCode = await function.EndAsync();
            // A response that Lambda answers with 500 is a failed invocation as well: that is the line before.
            int lines = ending.ToNext ? 1 : 2;
            if (exitCode != 1)
                throw new ViolationException($"the function exited with {exitCode} instead of 1");
            if (function.Log.Count != lines || function.Log.Wrong is not null)
                throw new ViolationException($"the function wrote {function.Log.Count} lines instead of {lines}");
            string last = function.Log.Last[^1];
            if (!last.Contains("FATAL\t-\tThe process ends: ", StringComparison.Ordinal) || !last.Contains(ending.Said, StringComparison.Ordinal))
                throw new ViolationException($"the function's last line does not say '{ending.Said}'");
        }
        catch (Exception e) when (e is ViolationException or TimeoutException or InvalidDataException or EndOfStreamException)
        {
            throw new ViolationException($"{e.Message}\nending: {ending.Name}\nThe function's last lines:\n{string.Join('\n', function.Log.Last)}");
        }
    }

    private static async Task PlayAsync(Ending ending, ServerConnection connection)
    {
        await RequireHeadAsync(connection, isNext: true);
        byte[] invocation = new Script { Behaviour = Behaviour.Finish, Writes = [5] }.ToEvent();
        (string, string)[] headers = [("Lambda-Runtime-Aws-Request-Id", "first"), ("Lambda-Runtime-Deadline-Ms", "99999999999999")];
        await Answers.SendAsync(connection, Fault.None, Random.Shared, 200, headers, invocation);
        await RequireHeadAsync(connection, isNext: false);
        await ReadResponseAsync(connection);
        if (ending.ToNext)
        {
            await Answers.SendAsync(connection, Fault.None, Random.Shared, 202, [], default);
            await RequireHeadAsync(connection, isNext: true);
        }
        await EndAsync(ending, connection);
    }

    private static async Task EndAsync(Ending ending, ServerConnection connection)
    {
        if (ending.Bytes is { } bytes)
        {
            await connection.SendAsync(Encoding.ASCII.GetBytes(bytes));
            connection.Close();
        }
        else
        {
            connection.Reset();
        }
    }

    /// <summary>Reads all of it, since closing with unread input would reset the connection before the answer is read.</summary>
    private static async Task ReadResponseAsync(ServerConnection connection)
    {
        while (await connection.ReadChunkAsync(static _ => { }))
        {
            // Until its last chunk.
        }
        await connection.ReadTrailersAsync();
    }

    private static async Task RequireHeadAsync(ServerConnection connection, bool isNext)
    {
        RecordedHead? head = await connection.ReadHeadAsync();
        if (head?.IsNext != isNext)
            throw new ViolationException($"expected {(isNext ? "GET next" : "a post")}, got {head?.Method ?? "the end"} {head?.Path}");
    }
}
