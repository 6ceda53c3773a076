using System.Globalization;

using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>One <c>POST .../response</c> while it is being sent: its body grows by writes and ends once, with trailers or without.</summary>
internal sealed class ResponseExchange
{
    private readonly HttpRequestMessage _request;
    private readonly StreamedContent _content;
    private readonly Task<HttpResponseMessage> _answer;
    private readonly Stream _body;
    private long _written;

    /// <summary>Whether a cancelled write has cut the body off.</summary>
    private volatile bool _cut;

    private ResponseExchange(HttpRequestMessage request, StreamedContent content, Task<HttpResponseMessage> answer, Stream body)
    {
        _request = request;
        _content = content;
        _answer = answer;
        _body = body;
    }

    /// <summary>Begins the request; its head goes out with the first write.</summary>
    /// <exception cref="RuntimeApiException">The API cannot be reached.</exception>
    public static async ValueTask<ResponseExchange> StartAsync(RuntimeApiClient client, HttpRequestMessage request, StreamedContent content)
    {
        Task<HttpResponseMessage> answer = client.SendAsync(request, CancellationToken.None);
        await Task.WhenAny(content.Opened, answer).ConfigureAwait(false);
        if (!content.Opened.IsCompleted)
        {
            using HttpResponseMessage refusal = await answer.ConfigureAwait(false);
            throw RuntimeApiClient.Refusal(request, refusal);
        }
        return new ResponseExchange(request, content, answer, await content.Opened.ConfigureAwait(false));
    }

    /// <summary>Sends bytes of the body. No bytes: sends what is pending.</summary>
    /// <exception cref="RuntimeApiException">The connection is lost, or the API answered already and takes no more.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while the bytes waited for room: the response is cut off.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _written += bytes.Length;
        ValueTask write = _answer.IsCompleted ? ValueTask.FromException(new IOException("answered early")) : _body.WriteAsync(bytes, cancellationToken);
        return write.IsCompletedSuccessfully ? write : CompleteWriteAsync(write, cancellationToken);
    }

    /// <summary>Ends the body and waits until the API has accepted it.</summary>
    /// <param name="last">The last bytes of the body; they share a send with its end.</param>
    /// <param name="trailers">The error in the middle of the response, if that is how it ends.</param>
    /// <exception cref="RuntimeApiException">The API refuses the response, or the connection is lost.</exception>
    public async ValueTask FinishAsync(ReadOnlyMemory<byte> last = default, IReadOnlyList<KeyValuePair<string, string>>? trailers = null)
    {
        _written += last.Length;
        _content.Complete(last, trailers);
        using HttpResponseMessage answer = await _answer.ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw Refusal(answer);
    }

    private async ValueTask CompleteWriteAsync(ValueTask write, CancellationToken cancellationToken)
    {
        try
        {
            using (cancellationToken.UnsafeRegister(static state => ((ResponseExchange)state!).Cut(), this))
                await write.ConfigureAwait(false);
        }
        catch (IOException e)
        {
            _content.Abort(e);
            try
            {
                using HttpResponseMessage answer = await _answer.ConfigureAwait(false);
                throw Refusal(answer);
            }
            catch (RuntimeApiException) when (_cut && !_answer.IsCompletedSuccessfully)
            {
                // There is no answer because the caller cancelled.
            }
        }
        if (_cut)
            throw Cancelled(cancellationToken);
    }

    private void Cut()
    {
        _cut = true;
        _content.Abort(new IOException("the write was cancelled"));
    }

    private static OperationCanceledException Cancelled(CancellationToken cancellationToken) =>
        new("The write was cancelled while it waited for the caller to take earlier bytes. The response is cut off.", cancellationToken);

    private RuntimeApiException Refusal(HttpResponseMessage answer)
    {
        string written = _written.ToString(CultureInfo.InvariantCulture);
        string? hint = (int)answer.StatusCode switch
        {
            413 => $"{written} bytes had been written. A streamed response may have 200 MB, one to a buffered invocation 6 MB: send less, or put the data into S3 and send its address.",
            410 => "The invocation is over, most likely because its deadline has passed.",
            >= 200 and < 300 => $"It answered before the response was complete; {written} bytes had been written.",
            _ => null,
        };
        return RuntimeApiClient.Refusal(_request, answer, hint);
    }
}
