using StreamingLambda.Emulator.Output;

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

    [Fact]
    public void A_line_is_a_line_of_its_own_where_the_disk_was_full_in_the_middle_of_the_one_before()
    {
        using var disk = new SmallDisk { Room = 10 };
        var console = new EmulatorConsole(disk);

        console.WriteLine("test", "the first");
        disk.Room = 100;
        console.WriteLine("test", "the second");

        Assert.Equal("[test] the\n[test] the second\n", disk.ToString());
    }

    /// <summary>Takes what there is room for, as a disk does.</summary>
    private sealed class SmallDisk : StringWriter
    {
        public SmallDisk() => NewLine = "\n";

        public int Room { get; set; }

        public override void WriteLine(string? value)
        {
            string line = value + NewLine;
            Write(line[..Math.Min(line.Length, Room)]);
            if (line.Length > Room)
                throw new IOException("No space left on device");
        }
    }
}
