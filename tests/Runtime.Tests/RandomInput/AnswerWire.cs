using System.Net;
using System.Net.Sockets;

using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.Tests.Http;
using StreamingLambda.Tests.Shared;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>The HTTP client and a server for it, over a real socket. Knows on which connection the next request has to come.</summary>
internal sealed class AnswerWire : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private HttpMessageInvoker _client;
    private ServerConnection? _kept;
    private ServerConnection? _givenUp;

    public AnswerWire()
    {
        _listener.Start();
        _client = CreateClient();
    }

    /// <summary>Has a request answered, and checks what comes of it.</summary>
    public async Task PlayAsync(AnswerCase answer)
    {
        Task<LoopbackAnswer> request = _client.AskAsync(new LoopbackRequest(HttpMethod.Get, "/", Waiting.WithoutThread), CancellationToken.None);
        ServerConnection connection = await NextConnectionAsync();
        Assert.NotNull(await connection.ReadHeadAsync());
        await RequireGivenUpAsync();
        await SendAsync(connection, answer);
        if (answer.Closes)
            connection.Close();
        await CheckAsync(request, answer);

        _kept = answer.Fate == AnswerFate.ReadAndKept ? connection : null;
        _givenUp = _kept is null && !answer.Closes ? connection : null;
        if (answer.Fate == AnswerFate.Either)
        {
            // It may wait in the client for a request that its server will not read.
            _client.Dispose();
            _client = CreateClient();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _listener.Dispose();
        _kept?.Dispose();
        _givenUp?.Dispose();
    }

    /// <summary>When a request has come on a new connection, the client has closed the one before, and sent nothing more on it.</summary>
    private async Task RequireGivenUpAsync()
    {
        if (_givenUp is not null)
            Assert.Equal(0, await _givenUp.DrainAsync());
        _givenUp?.Dispose();
        _givenUp = null;
    }

    private async Task<ServerConnection> NextConnectionAsync() =>
        _kept ?? new ServerConnection(await _listener.AcceptSocketAsync().WaitAsync(Limits.Step), Limits.Step);

    private static async Task SendAsync(ServerConnection connection, AnswerCase answer)
    {
        int sent = 0;
        try
        {
            foreach (int cut in (int[])[.. answer.Cuts.Where(cut => cut < answer.Bytes.Length), answer.Bytes.Length])
            {
                await connection.SendAsync(answer.Bytes.AsMemory(sent..cut));
                sent = cut;
            }
        }
        catch (SocketException) when (answer.Fate is AnswerFate.Refused or AnswerFate.Either)
        {
            // The client had seen enough.
        }
    }

    private static async Task CheckAsync(Task<LoopbackAnswer> request, AnswerCase answer)
    {
        try
        {
            LoopbackAnswer response = await request.WaitAsync(Limits.Step);
            Assert.NotEqual(AnswerFate.Refused, answer.Fate);
            if (answer.Fate == AnswerFate.Either)
            {
                Assert.InRange((int)response.StatusCode, 200, 999);
                return;
            }
            Assert.Equal(answer.Status, (int)response.StatusCode);
            Assert.Equal(answer.Body, response.Body.ToArray());
        }
        catch (HttpRequestException) when (answer.Fate is AnswerFate.Refused or AnswerFate.Either)
        {
            // As it must be, or may be.
        }
    }

    private HttpMessageInvoker CreateClient() => LoopbackTo.Server($"{_listener.LocalEndpoint}");
}
