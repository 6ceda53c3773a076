using System.Globalization;

using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.RuntimeApi;

/// <summary>One <c>POST .../response</c> while it is being sent: its body grows by writes and ends once, with trailers or without.</summary>
internal sealed class ResponseExchange
{
    private readonly LoopbackRequest _request;
    private readonly StreamedBody _content;
    private readonly InvocationLimit _limit;

    /// <summary>Gives the connection up, and with it whatever waits for it.</summary>
    private readonly CancellationTokenSource _giveUp;

    private readonly Task<LoopbackAnswer> _answer;
    private readonly Stream _body;
    private long _written;

    private ResponseExchange(
        LoopbackRequest request,
        StreamedBody content,
        InvocationLimit limit,
        CancellationTokenSource giveUp,
        Task<LoopbackAnswer> answer,
        Stream body)
    {
        _request = request;
        _content = content;
        _limit = limit;
        _giveUp = giveUp;
        _answer = answer;
        _body = body;
    }

    /// <summary>Begins the request; its head goes out with the first write.</summary>
    /// <exception cref="RuntimeApiException">The API cannot be reached.</exception>
    public static async ValueTask<ResponseExchange> StartAsync(
        RuntimeApiClient client, LoopbackRequest request, StreamedBody content, InvocationLimit limit)
    {
        var giveUp = new CancellationTokenSource();
        Task<LoopbackAnswer> answer = client.SendAsync(request, giveUp.Token);
        await Task.WhenAny(content.Opened, answer).ConfigureAwait(false);
        if (!content.Opened.IsCompleted)
        {
            LoopbackAnswer refusal = await answer.ConfigureAwait(false);
            throw RuntimeApiClient.Refusal(request, refusal);
        }
        return new ResponseExchange(request, content, limit, giveUp, answer, await content.Opened.ConfigureAwait(false));
    }

    /// <summary>Sends bytes of the body. No bytes: sends what is pending.</summary>
    /// <exception cref="RuntimeApiException">The connection is lost, or the API answered already and takes no more.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the invocation ended, while the bytes waited: the response is cut off.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _written += bytes.Length;
        ValueTask write = bytes.IsEmpty ? new ValueTask(_body.FlushAsync(cancellationToken)) : _body.WriteAsync(bytes, cancellationToken);
        return write.IsCompletedSuccessfully ? write : CompleteWriteAsync(write, cancellationToken);
    }

    /// <summary>Ends the body and waits until the API has accepted it, or its time is over.</summary>
    /// <exception cref="RuntimeApiException">The API refuses the response, or the connection is lost, or there was no answer in time.</exception>
    public async ValueTask FinishAsync(BodyEnd end)
    {
        _written += end.Last.Length;
        _content.End(end);
        try
        {
            using IDisposable? limit = _answer.IsCompleted ? null : _limit.OfEnd(_giveUp);
            LoopbackAnswer answer = await _answer.ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode || !_content.IsSentWhole)
                throw Refusal(answer);
        }
        catch (OperationCanceledException e) when (_giveUp.IsCancellationRequested)
        {
            throw RuntimeApiClient.NoAnswerInTime(_request, e);
        }
    }

    private async ValueTask CompleteWriteAsync(ValueTask write, CancellationToken cancellationToken)
    {
        using IDisposable limit = _limit.OfWrite(_giveUp);
        using CancellationTokenRegistration cancel =
            cancellationToken.UnsafeRegister(static giveUp => ((CancellationTokenSource)giveUp!).Cancel(), _giveUp);
        try
        {
            try
            {
                await write.ConfigureAwait(false);
                _giveUp.Token.ThrowIfCancellationRequested();
            }
            catch (Exception e)
            {
                // The request fails with it, unless there is an answer that says more.
                _content.Abort(e);
                LoopbackAnswer answer = await _answer.ConfigureAwait(false);
                throw Refusal(answer);
            }
        }
        catch (OperationCanceledException e) when (_giveUp.IsCancellationRequested)
        {
            bool cancelled = cancellationToken.IsCancellationRequested;
            string why = cancelled ? "The write was cancelled while it waited" : "The invocation came to its end while a write waited";
            throw new OperationCanceledException(
                why + " for the caller to take earlier bytes. The response is cut off.", e, cancelled ? cancellationToken : _limit.Ending);
        }
    }

    private RuntimeApiException Refusal(LoopbackAnswer answer)
    {
        string written = _written.ToString(CultureInfo.InvariantCulture);
        string? hint = (int)answer.StatusCode switch
        {
            413 => $"{written} bytes had been written. A streamed response may have 200 MB, one to a buffered invocation 6 MB: send less, "
                + "or put the data into S3 and send its address.",
            410 => "The invocation is over, most likely because its deadline has passed.",
            >= 200 and < 300 => $"It answered before the response was complete; {written} bytes had been written.",
            _ => null,
        };
        return RuntimeApiClient.Refusal(_request, answer, hint);
    }
}
