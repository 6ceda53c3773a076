using System.Text;

using StreamingLambda.Runtime.Http;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.Http;

/// <summary>Requests whose threads wait: they answer, end and fail as the others do.</summary>
public sealed class WaitInPlaceTests : IAsyncLifetime
{
    private readonly ScriptedRuntimeApi _api = new();
    private readonly HttpMessageInvoker _client;

    public WaitInPlaceTests() => _client = LoopbackTo.Server(_api.Address);

    public static TheoryData<string> Waits => [nameof(Waiting.InPlace), nameof(Waiting.Briefly), nameof(Waiting.WithoutThread)];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task An_answer_ends_the_wait_however_it_is_cut_up(string wait)
    {
        ScriptedConnection? connection = null;
        for (int i = 0; i < 3; i++)
        {
            Task<string> answer = SendAsync(wait, CancellationToken.None);
            connection ??= await _api.AcceptAsync();
            await connection.ReadHeadAsync();
            await connection.SendSplitAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"u8.ToArray());
            Assert.Equal("hello", await answer);
        }
        Assert.Equal(1, _api.ConnectionCount);
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task Cancelling_ends_the_wait(string wait)
    {
        using var cancellation = new CancellationTokenSource();
        Task<string> answer = SendAsync(wait, cancellation.Token);
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task A_reset_ends_the_wait(string wait)
    {
        Task<string> answer = SendAsync(wait, CancellationToken.None);
        ScriptedConnection connection = await _api.AcceptAsync();
        await connection.ReadHeadAsync();

        connection.Reset();

        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
    }

    /// <summary>In a thread of its own, as it blocks.</summary>
    private async Task<string> SendAsync(string wait, CancellationToken cancellationToken)
    {
        var request = new LoopbackRequest(HttpMethod.Get, "/", Enum.Parse<Waiting>(wait));
        LoopbackAnswer answer = await Task.Factory
            .StartNew(
                () => _client.AskAsync(request, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Unwrap().WaitAsync(Limits.Step, CancellationToken.None);
        return Encoding.UTF8.GetString(answer.Body.Span);
    }
}
