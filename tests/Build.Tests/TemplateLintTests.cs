using System.Text.RegularExpressions;

using YamlDotNet.RepresentationModel;

namespace StreamingLambda.Build.Tests;

/// <summary>What CloudFormation would find wrong with a template before it made anything.</summary>
public sealed partial class TemplateLintTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Templates =>
        ["template.yaml", "templates/streaming-lambda/template.yaml", "templates/streaming-lambda-web/template.yaml"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_reference_leads_somewhere_and_nothing_is_declared_in_vain(string file)
    {
        var template = (YamlMappingNode)Load(file);
        HashSet<string> parameters = [.. Names(template, "Parameters")];
        HashSet<string> conditions = [.. Names(template, "Conditions")];
        HashSet<string> resources = [.. Names(template, "Resources")];
        string[] referred = [.. template.AllNodes.SelectMany(Referred)];
        string[] asked = [.. template.AllNodes.SelectMany(Asked)];

        // SAM makes a resource for a function's URL: its name and Url.
        Assert.All(
            referred.Where(name => !name.StartsWith("AWS::", StringComparison.Ordinal)),
            name => Assert.True(parameters.Contains(name) || resources.Contains(Regex.Replace(name, "Url$", "")) || resources.Contains(name), name));
        Assert.All(asked, name => Assert.Contains(name, conditions));
        Assert.All(parameters, name => Assert.Contains(name, referred));
        Assert.All(conditions, name => Assert.Contains(name, asked));
    }

    [Fact]
    public async Task AWSs_linter_finds_nothing_but_an_old_runtime()
    {
        Assert.SkipUnless(Tools.IsInPath("cfn-lint"), "There is no cfn-lint on this machine (pipx install cfn-lint).");
        List<string> copies = [];
        foreach (string file in Templates.Select(row => row.Data))
        {
            copies.Add(Path.Combine(_directory.Path, file.Replace('/', '-')));
            await File.WriteAllTextAsync(copies[^1], Read(file));
        }

        CommandResult result = await Command.RunAsync("cfn-lint", ["--format", "parseable", "--", .. copies]);

        // W1030: provided.al2 is deprecated. The parameter offers it all the same.
        Assert.DoesNotContain(
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.Contains(":W1030:", StringComparison.Ordinal));
        Assert.Contains(":W1030:", result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
    }

    // As it is in a new project.
    private static string Read(string file) => Repository.Read(file).Replace("LAMBDA_RUNTIME", "provided.al2023", StringComparison.Ordinal);

    private static YamlNode Load(string file)
    {
        YamlStream yaml = [];
        yaml.Load(new StringReader(Read(file)));
        return yaml.Documents.Single().RootNode;
    }

    private static IEnumerable<string> Names(YamlMappingNode template, string section) =>
        ((YamlMappingNode)template[section]).Select(entry => ((YamlScalarNode)entry.Key).Value!);

    private static IEnumerable<string> Referred(YamlNode node) => (node, node.Tag.ToString()) switch
    {
        (YamlScalarNode { Value: { } name }, "!Ref") => [name],
        (YamlScalarNode { Value: { } name }, "!GetAtt") => [name.Split('.')[0]],
        (YamlScalarNode { Value: { } text }, "!Sub") => Variable().Matches(text).Select(match => match.Groups["name"].Value),
        (YamlMappingNode map, _) when map.Children.TryGetValue("DependsOn", out YamlNode? others) =>
            ((YamlSequenceNode)others).Select(other => ((YamlScalarNode)other).Value!),
        _ => [],
    };

    private static IEnumerable<string> Asked(YamlNode node) => (node, node.Tag.ToString()) switch
    {
        (YamlSequenceNode list, "!If") => [((YamlScalarNode)list[0]).Value!],
        (YamlScalarNode { Value: { } name }, "!Condition") => [name],
        (YamlMappingNode map, _) when map.Children.TryGetValue("Condition", out YamlNode? name) => [((YamlScalarNode)name).Value!],
        _ => [],
    };

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z0-9:]+)(\.[A-Za-z]+)?\}")]
    private static partial Regex Variable();
}
