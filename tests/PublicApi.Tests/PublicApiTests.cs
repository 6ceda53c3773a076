namespace StreamingLambda.PublicApi.Tests;

/// <summary>The public API of each library is the reviewed list in its <c>PublicAPI.txt</c>.</summary>
public sealed class PublicApiTests
{
    /// <summary>Set to 1, these tests write the lists instead of comparing them.</summary>
    private const string Accept = "STREAMING_LAMBDA_ACCEPT_API";

    [Theory]
    [MemberData(nameof(Library.Names), MemberType = typeof(Library))]
    public void The_public_api_is_the_reviewed_list(string name)
    {
        var library = Library.Named(name);
        string actual = ApiList.Of(library.Types);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(library.Baseline, actual);

        string reviewed = File.Exists(library.Baseline) ? File.ReadAllText(library.Baseline).ReplaceLineEndings("\n") : "";

        const string command = $"{Accept}=1 dotnet test tests/PublicApi.Tests";
        Assert.True(actual == reviewed, $"""
            The public API of src/{name} is not what src/{name}/PublicAPI.txt has (- there, + now):
            {string.Join('\n', Differences(reviewed, actual))}
            Is the change meant, documented and worth keeping for ever? Then accept it and commit the file: {command}
            """);
    }

    [Fact]
    public void A_change_is_shown_with_the_type_it_belongs_to()
    {
        const string reviewed = "class A\n    int One { get; }\n\nclass B\n    int One { get; }\n";
        const string actual = "class A\n    int One { get; }\n\nclass B\n    int One { get; set; }\n";

        Assert.Equal(["- class B: int One { get; }", "+ class B: int One { get; set; }"], Differences(reviewed, actual));
    }

    private static IEnumerable<string> Differences(string reviewed, string actual)
    {
        List<string> before = [.. WithTypes(reviewed)], now = [.. WithTypes(actual)];
        return [.. before.Except(now).Select(line => $"- {line}"), .. now.Except(before).Select(line => $"+ {line}")];
    }

    private static IEnumerable<string> WithTypes(string list)
    {
        string type = "";
        foreach (string line in list.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(' '))
                type = line;
            yield return line.StartsWith(' ') ? $"{type}: {line.Trim()}" : line;
        }
    }
}
