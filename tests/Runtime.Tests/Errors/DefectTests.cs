
using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.Logging;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Runtime.Tests.RuntimeApi;

/// <summary>What goes wrong in the client itself is not taken for something that the Runtime API did.</summary>
public sealed class DefectTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_fails_by_a_defect_throws_it_as_it_is_and_ends_the_request(bool later)
    {
        using var api = new DefectiveApi(later);
        var log = new LogWriter(Stream.Null, new LambdaEnvironment(), TimeProvider.System);
        using var client = new RuntimeApiClient(new HttpMessageInvoker(api), log, TimeProvider.System);
        Invocation invocation = await client.NextAsync(CancellationToken.None);
        var response = new ResponseStreamWriter(client, invocation, CancellationToken.None);

        Exception thrown = await Assert.ThrowsAsync<InvalidTimeZoneException>(async () => await response.WriteAsync("x"));

        Assert.Contains(nameof(DefectiveApi), thrown.StackTrace, StringComparison.Ordinal);
        await api.ResponseEnded.WaitAsync();
        Assert.Same(thrown, await response.SettleAsync(null));
        Assert.Null(response.Refusal);
    }

    /// <summary>Takes each response, and fails to write it as only a defect can.</summary>
    private sealed class DefectiveApi(bool later) : HttpMessageHandler
    {
        public Gate ResponseEnded { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new LoopbackAnswer(
                200, [new(RuntimeApiHeaders.RequestId, "request-1"), new(RuntimeApiHeaders.DeadlineMs, "9999999999999")], default);
            if (((LoopbackRequest)request).StreamedBody is not { } body)
                return answer;
            try
            {
                await body.OpenAsync(new WriteOnlyStream(async (_, _) =>
                {
                    if (later)
                        await Task.Yield();
                    throw new InvalidTimeZoneException("a defect");
                }));
                return answer;
            }
            finally
            {
                ResponseEnded.Open();
            }
        }
    }
}
