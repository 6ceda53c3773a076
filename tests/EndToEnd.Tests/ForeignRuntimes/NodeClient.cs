namespace StreamingLambda.EndToEnd.Tests.ForeignRuntimes;

/// <summary>
/// AWS's own Runtime API client for Node.js, from npm into artifacts/. Its native part, with a curl of its own, is compiled there once, which takes
/// minutes.
/// </summary>
internal static class NodeClient
{
    private const string Package = "aws-lambda-ric@4.0.2";

    /// <summary>Less than a test run lets a single test hang.</summary>
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(4.5);

    /// <summary>A function with these handlers. Skips the test, with the reason, where the client cannot be had.</summary>
    public static async Task<ForeignRuntime> CreateAsync(string handlers)
    {
        string node = ForeignRuntime.PathOf("node");
        string client = await InstallAsync();
        return new ForeignRuntime("/bin/sh", $"exec '{node}' '{client}' \"$_HANDLER\"").With("app.mjs", handlers);
    }

    private static async Task<string> InstallAsync()
    {
        string npm = ForeignRuntime.PathOf("npm");
        string folder = Repository.PathOf("artifacts/npm-lambda-ric");
        string module = Path.Combine(folder, "node_modules", "aws-lambda-ric");
        // The last thing that its installation leaves.
        if (!File.Exists(Path.Combine(module, "rapid-client.node")))
        {
            Directory.CreateDirectory(folder);
            string problem = "";
            try
            {
                CommandResult install = await Command.RunAsync(
                    npm, ["install", "--no-audit", "--no-fund", "--prefix", folder, Package], folder, timeout: InstallLimit);
                problem = install.ExitCode == 0 ? "" : install.Output + install.Error;
            }
            catch (OperationCanceledException)
            {
                problem = $"it takes longer than {InstallLimit}";
            }
            bool isComplete = problem.Length == 0 && File.Exists(Path.Combine(module, "rapid-client.node"));
            Assert.SkipUnless(isComplete, $"npm cannot install {Package} here: {problem}");
        }
        return Path.Combine(module, "index.mjs");
    }
}
