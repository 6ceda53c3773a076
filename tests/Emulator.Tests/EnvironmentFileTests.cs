using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

public sealed class EnvironmentFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Lines_are_read_as_Docker_and_Node_read_them()
    {
        IReadOnlyDictionary<string, string> variables = EnvironmentFile.Read(Write("""
            # a comment

            PLAIN=some text # not a comment
              export EXPORTED=1
            EMPTY=
            QUOTED="a = 'b' "
            SINGLE='#c'
            HALF="d
            EQUALS=a=b
            TWICE=1
            TWICE=2
            """));

        Assert.Equal(
            [
                ("EMPTY", ""), ("EQUALS", "a=b"), ("EXPORTED", "1"), ("HALF", "\"d"), ("PLAIN", "some text # not a comment"), ("QUOTED", "a = 'b' "),
                ("SINGLE", "#c"), ("TWICE", "2"),
            ],
            variables.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Theory]
    [InlineData("A1=x\nno variable", ", line 2: this is no environment variable. Write NAME=VALUE")]
    [InlineData("A=x", ", line 1: this is no environment variable. Write NAME=VALUE, the name of two or more letters, digits and underscores,")]
    [InlineData("1A=x", ", line 1: this is no environment variable.")]
    [InlineData("A-B=x", ", line 1: this is no environment variable.")]
    [InlineData("\nAWS_REGION=eu-central-1", ", line 2: Lambda sets AWS_REGION itself")]
    public void A_line_that_a_function_cannot_have_is_named(string text, string message)
    {
        string path = Write(text);

        Assert.StartsWith(path + message, Assert.Throws<ConfigurationException>(() => EnvironmentFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        string path = Path.Combine(_directory.Path, "none");

        string message = Assert.Throws<ConfigurationException>(() => EnvironmentFile.Read(path)).Message;

        Assert.StartsWith($"--env-file {path} cannot be read: ", message, StringComparison.Ordinal);
    }

    private string Write(string text)
    {
        string path = Path.Combine(_directory.Path, "variables.env");
        File.WriteAllText(path, text);
        return path;
    }
}
