using System.Net;
using System.Text;

using Microsoft.AspNetCore.Builder;

namespace MyNamespace.Tests;

/// <summary>The app on Kestrel, called as any other. What differs on Lambda, StreamingLambda's own tests have looked at.</summary>
public sealed class TodoAppTests : IAsyncLifetime
{
    private readonly WebApplication _app = TodoApp.Create([]);
    private readonly HttpClient _http = new();

    public async ValueTask InitializeAsync()
    {
        _app.Urls.Add("http://127.0.0.1:0");
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_todo_is_found_by_its_number()
    {
        Assert.Equal("""{"id":7,"title":"Write it down"}""", await _http.GetStringAsync("/todos/7"));
        using HttpResponseMessage none = await _http.GetAsync("/todos/0");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_new_todo_has_an_address()
    {
        using var todo = new StringContent("""{"id":9,"title":"new"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage created = await _http.PostAsync("/todos", todo);
        Assert.Equal("/todos/9", created.Headers.Location?.ToString());
    }

    [Fact]
    public async Task The_clock_ticks_as_server_sent_events() =>
        Assert.Equal("data: tick 1\n\ndata: tick 2\n\ndata: tick 3\n\n", await _http.GetStringAsync("/clock"));
}
