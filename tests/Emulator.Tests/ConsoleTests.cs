namespace StreamingLambda.Emulator.Tests;

public sealed class ConsoleTests
{
    [Fact]
    public async Task Control_characters_of_the_function_come_out_as_their_code()
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync();
        using HttpResponseMessage response = await emulator.RunAsync(["print", "a\u001b[31mb\u0007c\u009bd\te"], ["head"], ["chunk", "1"], ["end"]);

        Assert.Equal("[test] a\\u001b[31mb\\u0007c\\u009bd\te", await emulator.Console.LineAsync("[31m"));
    }

    [Theory]
    [InlineData("Authorization: Bearer \u001b]0;title\u0007")]
    [InlineData("Origin: https://\u001b[2J.example")]
    public async Task Control_characters_of_a_request_come_out_as_their_code(string header)
    {
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { AuthType = Configuration.AuthType.AwsIam });
        RawAnswer answer = await RawClient.SendAsync(emulator.Port, "GET / HTTP/1.1", [header]);

        Assert.Equal(403, answer.Status);
        Assert.DoesNotContain('\u001b', await emulator.Console.LineAsync("403 for GET /: "));
    }
}
