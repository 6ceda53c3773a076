using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

using Microsoft.Data.Sqlite;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

return await LambdaRuntime.RunAsync(() => new Export());

/// <summary>Orders as JSON lines: all of them, those of one item (<c>?item=pen</c>), those behind one (<c>?after=1000</c>).</summary>
internal sealed class Export : IStreamingLambdaHandler, IDisposable
{
    private readonly OrderDatabase _database = new();

    // A reader of JSON lines is told by the last line when the export breaks off, and by its message how to get the rest.
    private static readonly JsonLinesOptions Options = new()
    {
        DescribeError = e => e is UnreadableOrderException bad ? new StreamError("unreadable-order", bad.Message) : null,
    };

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        if (!FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
        {
            await response.SendProblemAsync("Call this function through its URL.", new(400), cancellationToken);
            return;
        }
        if (!long.TryParse(request.GetQuery("after") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out long after))
        {
            await response.SendProblemAsync("'after' is the id of an order, a number.", new(400), cancellationToken);
            return;
        }
        // Each order is a write of its own, so a slow query's first rows are not held back. Where they come faster than they can be sent, the runtime
        // puts them together.
        await response.SendJsonLinesAsync(
            _database.ReadAsync(request.GetQuery("item"), after, cancellationToken), OrderJson.Default.Order, new(200), Options, cancellationToken);
    }

    public void Dispose() => _database.Dispose();
}

/// <summary>The orders. This database is in memory, and is filled when the function starts; SQLite itself is the library in the zip.</summary>
internal sealed class OrderDatabase : IDisposable
{
    private const int PageSize = 500;

    // Several invocations may read at once, where Lambda gives an environment more than one, and a connection is for one at a time: each page
    // has its own. This one keeps the database in memory.
    private readonly SqliteConnection _connection = new("Data Source=orders;Mode=Memory;Cache=Shared");

    public OrderDatabase()
    {
        _connection.Open();
        using SqliteCommand fill = _connection.CreateCommand();
        // One price was written by hand.
        fill.CommandText = """
            CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL, price TEXT NOT NULL);
            WITH RECURSIVE numbers(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < 10000)
                INSERT INTO orders SELECT id, iif(id % 3 = 0, 'pen', 'ink'), printf('%d.%02d', id / 100, id % 100) FROM numbers;
            UPDATE orders SET price = 'ask Ada' WHERE id = 7001;
            """;
        fill.ExecuteNonQuery();
    }

    // Page by page, each behind the last id of the page before: while a slow caller reads, no query is open that would keep others from writing.
    public async IAsyncEnumerable<Order> ReadAsync(string? item, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Row> page;
        do
        {
            page = await ReadPageAsync(item, after, cancellationToken);
            foreach (Row row in page)
            {
                if (!decimal.TryParse(row.Price, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal price))
                    throw new UnreadableOrderException(row.Id);
                yield return new Order(row.Id, row.Item, price);
                after = row.Id;
            }
        }
        while (page.Count == PageSize);
    }

    private async Task<List<Row>> ReadPageAsync(string? item, long after, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = new(_connection.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using SqliteCommand query = connection.CreateCommand();
        query.CommandText = "SELECT id, item, price FROM orders WHERE id > $after AND item = ifnull($item, item) ORDER BY id LIMIT $size";
        query.Parameters.AddWithValue("$after", after);
        query.Parameters.AddWithValue("$item", item ?? (object)DBNull.Value);
        query.Parameters.AddWithValue("$size", PageSize);
        await using SqliteDataReader reader = await query.ExecuteReaderAsync(cancellationToken);
        var page = new List<Row>(PageSize);
        while (await reader.ReadAsync(cancellationToken))
            page.Add(new Row(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        return page;
    }

    public void Dispose() => _connection.Dispose();

    private readonly record struct Row(long Id, string Item, string Price);
}

/// <summary>The database has an order that makes no sense. The message is for the reader: it names nothing that is not in the export
/// anyway.</summary>
internal sealed class UnreadableOrderException(long id)
    : Exception($"Order {id} has no readable price. Ask for the orders behind it with after={id}.");

internal sealed record Order(long Id, string Item, decimal Price);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
