using System.Globalization;
using System.Text.Json.Serialization;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;

namespace StreamingLambda.Testing.Tests;

public sealed partial class JsonTestHostTests
{
    [Fact]
    public async Task A_typed_handler_is_tested_in_one_line()
    {
        TestResponse response = await new JsonTestHost<Order>(OrderJson.Default.Order, new PlaceOrder()).InvokeAsync(new Order("pen", 3));

        Assert.Equal("3 pen", response.BodyText);
    }

    [Fact]
    public async Task So_is_a_handler_that_is_one_method()
    {
        var host = new JsonTestHost<Order>(OrderJson.Default.Order, async (order, _, response, token) =>
            await response.WriteAndFinishAsync(order.Item, token));

        Assert.Equal("ink", (await host.Start(new Order("ink", 1)).WaitAsync()).BodyText);
    }

    [Fact]
    public async Task It_takes_any_other_event_too()
    {
        var host = new JsonTestHost<Order>(OrderJson.Default.Order, new PlaceOrder());

        Assert.Equal("2 ink", (await host.InvokeAsync(FunctionUrlEvent.Post("/", """{"Item":"ink","Quantity":2}"""))).BodyText);
        Assert.Equal(400, (await host.InvokeAsync("{}"u8.ToArray())).StatusCode);
    }

    internal sealed record Order([property: JsonRequired] string Item, int Quantity);

    [JsonSerializable(typeof(Order))]
    private sealed partial class OrderJson : JsonSerializerContext;

    private sealed class PlaceOrder : IJsonStreamingHandler<Order>
    {
        public async Task HandleAsync(Order input, Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) =>
            await response.WriteAndFinishAsync($"{input.Quantity.ToString(CultureInfo.InvariantCulture)} {input.Item}", cancellationToken);
    }
}
