using System.Text.Json;

using StreamingLambda.Testing;

namespace StreamingLambda.Formats.Tests;

/// <summary>Answers in which the status says most.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task An_empty_answer_has_204_unless_another_is_given()
    {
        TestResponse empty = await OneResponse.RunAsync((response, token) => response.SendEmptyAsync(token));
        TestResponse accepted = await OneResponse.RunAsync((response, token) => response.SendEmptyAsync(new(202, ("X-Job", "7")), token));
        TestResponse nothing = await OneResponse.RunAsync((response, token) => response.SendEmptyAsync(new(200) { AllowEmptyBody = true }, token));

        Assert.Equal((204, ""), (empty.StatusCode, empty.BodyText));
        Assert.Equal((202, "7", "\n"), (accepted.StatusCode, accepted.Headers["X-Job"], accepted.BodyText));
        Assert.Equal((200, ""), (nothing.StatusCode, nothing.BodyText));
    }

    [Fact]
    public async Task A_redirect_has_302_unless_another_is_given()
    {
        TestResponse found = await OneResponse.RunAsync((response, token) => response.SendRedirectAsync("/elsewhere?a=1#b", token));
        TestResponse moved = await OneResponse.RunAsync((response, token) =>
            response.SendRedirectAsync("https://example.com/", new(308, ("Cache-Control", "no-store")) { Cookies = ["a=1"] }, token));

        Assert.Equal((302, "/elsewhere?a=1#b"), (found.StatusCode, found.Headers["Location"]));
        Assert.Equal((308, "https://example.com/", "no-store"), (moved.StatusCode, moved.Headers["Location"], moved.Headers["Cache-Control"]));
        Assert.Equal(["a=1"], moved.Cookies);
    }

    [Fact]
    public async Task A_redirect_that_goes_nowhere_is_refused_and_another_answer_can_follow()
    {
        TestResponse response = await OneResponse.RunAsync(async (response, token) =>
        {
            await Assert.ThrowsAsync<ArgumentException>("location", () => response.SendRedirectAsync("", token));
            ArgumentException status = await Assert.ThrowsAsync<ArgumentException>(() => response.SendRedirectAsync("/x", new(200), token));
            Assert.StartsWith(
                "The status 200 sends nobody anywhere. Use one from 300 to 399, such as 302.", status.Message, StringComparison.Ordinal);
            ArgumentException twice = await Assert.ThrowsAsync<ArgumentException>(() =>
                response.SendRedirectAsync("/x", new(302, ("location", "/y")), token));
            Assert.StartsWith("The headers have a Location. Give the address once, as 'location'.", twice.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<ArgumentException>(() => response.SendRedirectAsync("/ü", token));
            await Assert.ThrowsAsync<ArgumentException>(() => response.SendRedirectAsync("/x\r\nSet-Cookie: a=1", token));
            await response.SendTextAsync("still here", token);
        });

        Assert.Equal((200, "still here"), (response.StatusCode, response.BodyText));
    }

    [Theory]
    [InlineData(400, "Bad Request")]
    [InlineData(429, "Too Many Requests")]
    [InlineData(503, "Service Unavailable")]
    public async Task A_problem_has_the_name_of_its_status(int status, string title)
    {
        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendProblemAsync("Wörter \"und\" mehr", new(status, ("Retry-After", "5")), token));

        Assert.Equal(
            (status, "application/problem+json", "5"),
            (response.StatusCode, response.Headers["Content-Type"], response.Headers["Retry-After"]));
        Assert.Equal($$"""{"title":"{{title}}","status":{{status}},"detail":"Wörter \"und\" mehr"}""" + "\n", response.BodyText);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task A_problem_without_a_status_is_a_500_and_one_without_a_name_has_no_title()
    {
        TestResponse unknown = await OneResponse.RunAsync((response, token) => response.SendProblemAsync("no", cancellationToken: token));
        TestResponse nameless = await OneResponse.RunAsync((response, token) => response.SendProblemAsync(new HttpProblem(), new(418), token));

        Assert.Equal((500, "{\"title\":\"Internal Server Error\",\"status\":500,\"detail\":\"no\"}\n"), (unknown.StatusCode, unknown.BodyText));
        Assert.Equal((418, "{\"status\":418}\n"), (nameless.StatusCode, nameless.BodyText));
    }

    [Fact]
    public async Task A_problem_of_ones_own_kind_has_all_members_and_ones_own()
    {
        var problem = new HttpProblem
        {
            Type = "https://example.com/problems/out-of-stock",
            Title = "Out of stock",
            Detail = "3 left",
            Instance = "/orders/7",
            WriteMembers = json => json.WriteNumber("left", 3),
        };

        TestResponse response = await OneResponse.RunAsync((response, token) =>
            response.SendProblemAsync(problem, new(409, ("Content-Type", "application/vnd.shop+json")), token));

        Assert.Equal((409, "application/vnd.shop+json"), (response.StatusCode, response.Headers["Content-Type"]));
        using var json = JsonDocument.Parse(response.Body);
        Assert.Equal(
            ["type", "title", "status", "detail", "instance", "left"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(3, json.RootElement.GetProperty("left").GetInt32());
    }

    [Fact]
    public async Task Members_that_are_no_JSON_send_nothing()
    {
        var problem = new HttpProblem { WriteMembers = json => json.WriteStartObject("open") };

        TestResponse response = await OneResponse.RunAsync((response, token) => response.SendProblemAsync(problem, new(400), token));

        Assert.Equal((502, false), (response.StatusCode, response.Error?.IsMidResponse));
    }
}
