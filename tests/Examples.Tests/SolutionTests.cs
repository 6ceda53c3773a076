using System.Xml.Linq;

namespace StreamingLambda.Examples.Tests;

public sealed class SolutionTests
{
    /// <summary>One that is not would be compiled without the analyzers' verdict.</summary>
    [Fact]
    public void Each_example_is_in_the_solution_that_builds_them_all()
    {
        string folder = Repository.PathOf("examples");
        IEnumerable<string> there = Directory.GetDirectories(folder).SelectMany(one => Directory.GetFiles(one, "*.csproj"))
            .Select(project => Path.GetRelativePath(folder, project));
        IEnumerable<string> listed = XDocument.Load(Path.Combine(folder, "Examples.slnx")).Descendants("Project")
            .Select(project => (string)project.Attribute("Path")!);

        Assert.Equal(there.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
