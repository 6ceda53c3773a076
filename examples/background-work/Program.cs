using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

return await LambdaRuntime.RunAsync(() => new JsonStreamingHandler<Order>(OrderJson.Default.Order, new PlaceOrder()));

/// <summary>Answers at once, and tells the warehouse afterwards, which may take its time.</summary>
internal sealed class PlaceOrder : IJsonStreamingHandler<Order>
{
    // Once for the process: it keeps its connections.
    private static readonly HttpClient Http = new();

    private readonly Uri _warehouse = new(Environment.GetEnvironmentVariable("WAREHOUSE_URL")
        ?? throw new InitializationException("Function.MissingSetting", "Set the environment variable WAREHOUSE_URL."));

    public async Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        // Every Send method finishes the response: the caller has all of it now.
        var receipt = new Receipt(invocation.RequestId, input.Item, input.Quantity);
        await response.SendJsonAsync(receipt, OrderJson.Default.Receipt, new(202), cancellationToken);

        // From here on it is the function's own time. It is billed, it counts against the timeout, and the process takes no other invocation before
        // this method has ended. So the work is awaited: what is not awaited stands still with the process, and may never go on.
        try
        {
            using HttpResponseMessage answer = await Http.PostAsJsonAsync(_warehouse, receipt, OrderJson.Default.Receipt, cancellationToken);
            answer.EnsureSuccessStatusCode();
            invocation.Log.Info("The warehouse has the order.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Shortly before the deadline. Whoever reads the log can do by hand what was not done.
            invocation.Log.Error(string.Create(CultureInfo.InvariantCulture, $"The warehouse was not told in time of {receipt}."));
        }
        // Any other failure ends the invocation with an error in the log. The caller hears of neither: what must not get lost belongs in a queue,
        // before the response.
    }
}

internal sealed record Order([property: JsonRequired] string Item, [property: JsonRequired] int Quantity);

internal sealed record Receipt(string Id, string Item, int Quantity);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
internal sealed partial class OrderJson : JsonSerializerContext;
