// SAM: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>A SAM or CloudFormation template, as far as it describes functions.</summary>
internal sealed class Template
{
    private static readonly string[] Names = ["template.yaml", "template.yml"];

    private Template(string path, IReadOnlyList<TemplateFunction> functions)
    {
        Path = path;
        Functions = functions;
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>Its functions, in its order.</summary>
    public IReadOnlyList<TemplateFunction> Functions { get; }

    /// <summary>The nearest template, here or above; null when there is none.</summary>
    public static string? Find(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            foreach (string name in Names)
            {
                string path = System.IO.Path.Combine(folder.FullName, name);
                if (File.Exists(path))
                    return path;
            }
        }
        return null;
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static Template Read(string path, Account account)
    {
        if (!File.Exists(path))
            throw new ConfigurationException($"There is no template at {path}. Give its path with --template PATH.");
        try
        {
            using StreamReader reader = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return new Template(System.IO.Path.GetFullPath(path), ReadFunctions(yaml.Documents.FirstOrDefault()?.RootNode as YamlMappingNode, account));
        }
        catch (YamlException exception)
        {
            throw new ConfigurationException(
                $"{path} is not YAML that can be read: line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message} Correct it, or name another file with --template PATH.");
        }
    }

    private static List<TemplateFunction> ReadFunctions(YamlMappingNode? root, Account account)
    {
        if (root is null)
            return [];

        var intrinsics = new Intrinsics(root, account);
        var globals = YamlTree.Child(YamlTree.Child(root, "Globals") as YamlMappingNode, "Function") as YamlMappingNode;
        var functions = new List<TemplateFunction>();
        foreach ((YamlNode id, YamlNode node) in YamlTree.Mapping(root, "Resources"))
        {
            var resource = node as YamlMappingNode;
            var properties = YamlTree.Child(resource, "Properties") as YamlMappingNode;
            string? type = YamlTree.Child(resource, "Type")?.ToString();
            if (type == "AWS::Serverless::Function")
                functions.Add(new TemplateFunction(id.ToString(), globals, properties, null, intrinsics));
            else if (type == "AWS::Lambda::Function")
                functions.Add(new TemplateFunction(id.ToString(), null, properties, UrlOf(root, id.ToString()), intrinsics));
        }
        return functions;
    }

    // In plain CloudFormation the URL is a resource of its own that points to the function.
    private static YamlMappingNode? UrlOf(YamlMappingNode root, string functionId) =>
        YamlTree.Mapping(root, "Resources")
            .Select(resource => resource.Value as YamlMappingNode)
            .Where(resource => YamlTree.Child(resource, "Type")?.ToString() == "AWS::Lambda::Url")
            .Select(resource => YamlTree.Child(resource, "Properties") as YamlMappingNode)
            .FirstOrDefault(properties => YamlTree.Child(properties, "TargetFunctionArn") is { } target && Target(target) == functionId);

    private static string Target(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlMappingNode mapping => mapping.Children.Values.First() is YamlSequenceNode sequence ? sequence.Children[0].ToString() : mapping.Children.Values.First().ToString(),
        _ => "",
    } is var text && text.EndsWith(".Arn", StringComparison.Ordinal) ? text[..^4] : text;
}
