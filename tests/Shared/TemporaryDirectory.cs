namespace StreamingLambda.Tests.Shared;

/// <summary>A directory that is gone when the test ends. Its name holds a space: paths with one must work everywhere.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory(string name = "a directory") =>
        Path = Directory.CreateDirectory(System.IO.Path.Combine(Directory.CreateTempSubdirectory("streaming-lambda-").FullName, name)).FullName;

    public string Path { get; }

    private string Bin => System.IO.Path.Combine(Path, "path");

    /// <summary>Copies files and whole directories of the repository here.</summary>
    public string Add(params string[] relativePaths)
    {
        foreach (string file in relativePaths.SelectMany(Repository.FilesOf))
        {
            string target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return Path;
    }

    /// <summary>A directory to be the whole PATH: all that this machine's PATH holds, except the named programs.</summary>
    public string PathWithout(params string[] programs)
    {
        string links = Directory.CreateDirectory(Bin).FullName;
        foreach (string directory in Environment.GetEnvironmentVariable("PATH")!.Split(':').Where(Directory.Exists))
        {
            foreach (string program in Directory.GetFiles(directory))
            {
                string name = System.IO.Path.GetFileName(program);
                string link = System.IO.Path.Combine(links, name);
                if (!programs.Contains(name) && !File.Exists(link))
                {
                    File.CreateSymbolicLink(link, program);
                }
            }
        }

        return links;
    }

    /// <summary>A program of that name in the PATH made by <see cref="PathWithout"/>: a shell script with this body.</summary>
    public void AddProgram(string name, string body)
    {
        string file = System.IO.Path.Combine(Bin, name);
        File.Delete(file); // It may be a link to this machine's own program.
        File.WriteAllText(file, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.GetParent(Path)!.Delete(recursive: true);
}
