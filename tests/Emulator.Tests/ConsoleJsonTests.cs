using System.Text.Json;
using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

public sealed partial class ConsoleJsonTests
{
    [Theory]
    [InlineData("a\u001b[31mb\n\"c\"")]
    [InlineData("half of a pair: \ud83d")]
    [InlineData("")]
    public void Whatever_a_function_prints_is_one_line_of_JSON(string text)
    {
        using var output = new StringWriter();
        var console = EmulatorConsole.OfJson(output, TimeProvider.System);

        console.Write(new ConsoleEntry(EntryTypes.Output, "as people read it") { Function = "f", Message = text });

        string line = Assert.Single(output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        using var json = JsonDocument.Parse(line);
        Assert.Equal(text.Replace('\ud83d', '\ufffd'), json.RootElement.GetProperty("message").GetString());
        Assert.Equal("f", json.RootElement.GetProperty("function").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", json.RootElement.GetProperty("time").GetString());
    }

    [Fact]
    public void Lines_that_only_make_room_are_none()
    {
        using var output = new StringWriter();

        EmulatorConsole.OfJson(output, TimeProvider.System).WriteLine();

        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void Each_type_is_documented()
    {
        IEnumerable<string> documented = Row().Matches(Repository.Read("docs/emulator.md")).Select(match => match.Groups["type"].Value);

        Assert.Equal(EntryTypes.All, documented);
    }

    [GeneratedRegex(@"^\| `""type"":""(?<type>\w+)""` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
