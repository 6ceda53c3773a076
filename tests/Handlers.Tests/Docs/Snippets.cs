using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Handlers.Tests.Docs;

/// <summary>The code of the pages about handlers that is not a whole file, each piece in a handler; <see cref="SnippetsTests"/> runs them.</summary>
internal static class Snippets
{
    public static async Task OrderOfCalls(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = invocation.Event;

        #region order
        await response.WriteStatusAndHeadersAsync(
            new(200, ("Content-Type", "text/plain"), ("Cache-Control", "no-cache")) { Cookies = ["seen=1; Secure; HttpOnly"] }, cancellationToken);
        await response.WriteAsync("text, in UTF-8\n", cancellationToken);
        await response.WriteAsync(bytes, cancellationToken);
        await response.FinishAsync();
        #endregion
    }

    public static async Task Background(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region background
        await response.WriteAndFinishAsync("accepted\n", cancellationToken);
        await CountAsync(invocation.RequestId, cancellationToken);
        #endregion
    }

    public static async Task SideBySide(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region side-by-side
        Task work = Task.WhenAll(LoadAsync("prices"), LoadAsync("stock"));
        try
        {
            await work;
        }
        catch (Exception) when (work.Exception is { InnerExceptions.Count: > 1 } several)
        {
            throw several;
        }
        #endregion

        static async Task LoadAsync(string what)
        {
            await Task.Yield();
            throw new IOException($"no {what}");
        }
    }

    public static async Task Request(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region request
        if (!FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
        {
            await response.SendProblemAsync("Call this function through its URL.", new(400), cancellationToken);
            return;
        }

        string method = request.RequestContext.Http.Method;
        string path = request.RequestContext.Http.Path;
        string? page = request.GetQuery("page");
        IReadOnlyList<string> tags = request.GetQueryValues("tag");
        string? accept = request.GetHeader("Accept");
        string? session = request.GetCookie("session");
        string caller = request.RequestContext.Authorizer?.Iam?.UserArn ?? "anonymous";
        ReadOnlyMemory<byte> body = request.ReadBody();
        #endregion

        await response.WriteAndFinishAsync(
            $"{method} {path} page={page} tags={string.Join('|', tags)} accept={accept} session={session} caller={caller} body={body.Length}",
            cancellationToken);
    }

    public static async Task RestRequest(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region rest-request
        if (!ApiGatewayRequest.TryRead(invocation, out ApiGatewayRequest? request))
            throw new InvalidOperationException($"This is for a REST API, and got {EventOrigin.Describe(invocation) ?? "an event"}.");

        string method = request.HttpMethod;
        string id = request.PathParameters.GetValueOrDefault("id", "none");
        IReadOnlyList<string> tags = request.GetQueryValues("tag");
        IReadOnlyList<string> accept = request.GetHeaderValues("Accept");
        string? tenant = request.RequestContext.Authorizer?.GetProperty("tenant").GetString();
        ReadOnlyMemory<byte> body = request.ReadBody();
        #endregion

        await response.WriteAndFinishAsync(
            $"{method} id={id} tags={string.Join('|', tags)} accept={string.Join('|', accept)} tenant={tenant} body={body.Length}",
            cancellationToken);
    }

    public static async Task TypedEvent(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region typed-event
        Order? order = invocation.ReadEvent(OrderJson.Default.Order);
        #endregion
        await response.WriteAndFinishAsync($"{order?.Quantity} of {order?.Item}", cancellationToken);
    }

    public static async Task TypedBody(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        if (!FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
            return;

        #region typed-body
        Order? order = request.ReadBody(OrderJson.Default.Order);
        #endregion
        await response.WriteAndFinishAsync($"{order?.Quantity} of {order?.Item}", cancellationToken);
    }

    public static async Task Raw(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region raw
        response.ContentType = "text/csv";
        await response.WriteAsync("id,name\n", cancellationToken);
        await response.WriteAndFinishAsync("1,Ada\n", cancellationToken);
        #endregion
    }

    public static async Task NoBody(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region no-body
        await response.WriteStatusAndHeadersAsync(new(202, ("Location", "/jobs/7")), cancellationToken);
        await response.FinishAsync();
        #endregion
    }

    public static async Task Text(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        string[] rows = ["1", "2", "3"];

        #region stream-writer
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/csv; charset=utf-8")), cancellationToken);
        await using (var writer = new StreamWriter(response.AsStream()))
        {
            foreach (string row in rows)
            {
                await writer.WriteLineAsync(row);
                await writer.FlushAsync(cancellationToken);
            }
        }
        await response.FinishAsync();
        #endregion
    }

    public static async Task Json(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region json
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "application/json")), cancellationToken);
        IAsyncEnumerable<Order> orders = ReadOrdersAsync(cancellationToken);
        await JsonSerializer.SerializeAsync(response.AsStream(), orders, OrderJson.Default.IAsyncEnumerableOrder, cancellationToken);
        await response.FinishAsync();
        #endregion
    }

    public static async Task Pipe(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region pipe
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "application/x-ndjson")), cancellationToken);
        PipeWriter body = response.AsPipeWriter();
        await using var json = new Utf8JsonWriter(body);
        await foreach (Order order in ReadOrdersAsync(cancellationToken))
        {
            json.Reset();
            json.WriteStartObject();
            json.WriteString("item", order.Item);
            json.WriteEndObject();
            await json.FlushAsync(cancellationToken);
            body.Write("\n"u8);
            await body.FlushAsync(cancellationToken);
        }
        await response.FinishAsync();
        #endregion
    }

    public static Task Gzip(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        GzipAsync(ReadPartsAsync(failure: null), response, cancellationToken);

    public static Task FailingGzip(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
        GzipAsync(ReadPartsAsync(new TimeoutException()), response, cancellationToken);

    private static async Task GzipAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> parts, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        #region gzip
        await response.WriteStatusAndHeadersAsync(new(200, ("Content-Type", "text/plain"), ("Content-Encoding", "gzip")), cancellationToken);
        var gzip = new GZipStream(response.AsStream(), CompressionLevel.Fastest);
        await foreach (ReadOnlyMemory<byte> part in parts)
        {
            await gzip.WriteAsync(part, cancellationToken);
            await gzip.FlushAsync(cancellationToken);
        }
        await gzip.DisposeAsync();
        await response.FinishAsync();
        #endregion
    }

    public static Func<Invocation, ResponseStreamWriter, CancellationToken, Task> Deadline(Func<CancellationToken, Task<string>> readRowAsync) =>
        async (invocation, response, cancellationToken) =>
        {
            #region deadline
            try
            {
                while (await readRowAsync(cancellationToken) is { Length: > 0 } row)
                    await response.WriteAsync(row, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                invocation.Log.Warn("Stopped early: the deadline is near.");
                await response.WriteAsync("(more to come)\n", CancellationToken.None);
            }
            await response.FinishAsync();
            #endregion
        };

    private static async IAsyncEnumerable<Order> ReadOrdersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int quantity = 1; quantity <= 2; quantity++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Order("pen", quantity);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadPartsAsync(Exception? failure)
    {
        yield return "first "u8.ToArray();
        await Task.Yield();
        if (failure is not null)
            throw failure;
        yield return "second"u8.ToArray();
    }

    private static Task CountAsync(string requestId, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"counting {requestId.Length > 0} {cancellationToken.IsCancellationRequested}");
}
