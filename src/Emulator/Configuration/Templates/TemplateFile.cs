namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>The file of a template: where it is found, and its tree.</summary>
internal static class TemplateFile
{
    /// <summary>CloudFormation takes no more (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).</summary>
    private const int MaxBytes = 1024 * 1024;

    // In the order of the SAM CLI.
    private static readonly string[] Names = ["template.yaml", "template.yml", "template.json"];

    /// <summary>The nearest template, here or above; null when there is none.</summary>
    public static string? Find(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            if (Names.Select(name => Path.Combine(folder.FullName, name)).FirstOrDefault(File.Exists) is { } path)
                return path;
        }
        return null;
    }

    /// <summary>Its root.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or is no template.</exception>
    public static MapNode Read(string path)
    {
        if (!File.Exists(path))
            throw new ConfigurationException($"There is no template at {path}. Give its path with --template PATH.");
        byte[] content = ReadBytes(path);
        TemplateNode? root = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? JsonReader.Read(path, content)
            : YamlReader.Read(path, new StreamReader(new MemoryStream(content)));
        return root as MapNode ?? throw (root?.Position ?? new Position(path, 1)).Error(
            "this is no template: a mapping with the key Resources is expected. Correct it, or name another file with --template PATH.");
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                throw new ConfigurationException(
                    $"{path} has {file.Length} bytes; CloudFormation takes a template of {MaxBytes} at most. Name another file with --template "
                        + "PATH.");
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            // JSON's reader does not expect a byte order mark.
            return content is [0xEF, 0xBB, 0xBF, ..] ? content[3..] : content;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"{path} cannot be read: {exception.Message} Change its permissions, or name another file with --template PATH.");
        }
    }
}
