using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests.Docs;

/// <summary>
/// Runs what docs/deploy.md and docs/production.md say to paste, in their order, and what other pages say of AWS. AWS's own command line tool checks
/// each of its commands.
/// </summary>
public sealed partial class AwsCommandsTests : IDisposable
{
    private static readonly string[] Pages = ["docs/deploy.md", "docs/production.md"];

    // Of these, the blocks that call AWS's tools. Others run what else they say.
    private static readonly string[] OtherPages =
        ["README.md", "docs/getting-started.md", "templates/streaming-lambda/README.md", "templates/streaming-lambda-web/README.md"];

    private static readonly string[] Removals =
    [
        "DeleteRole ", "DetachRolePolicy ", "DeleteLogGroup ",
        "DELETE /2021-10-31/functions/my-function/url", "DELETE /2015-03-31/functions/my-function",
    ];

    private readonly TemporaryDirectory _directory = new();
    private readonly AwsStandIn _aws = new();

    public AwsCommandsTests()
    {
        // What a project has, and the two tools that cannot be run here: what they were called with is kept.
        _directory.Add("scripts/invoke.sh");
        Directory.CreateDirectory(InProject("artifacts"));
        ZipFile.CreateFromDirectory(InProject("scripts"), InProject("artifacts/bootstrap.zip"));
        File.WriteAllText(InProject("caller.json"), Assert.Single(BlocksOf(Pages), block => block.Language == "json").Code);
        AddScript("build.sh", "exit 0");
        AddScript("tools/sam", $"printf '%s\\n' \"$*\" >> '{InProject("sam calls")}'");
    }

    public void Dispose()
    {
        _aws.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task AWSs_command_line_tool_takes_every_command()
    {
        Requires.Programs("bash", "curl");
        await AddAwsAsync();

        CommandResult result = await RunAsync("bash");

        Assert.True(result.ExitCode == 0, $"{result.Error}\n{result.Output}");
        string[] permissions = [.. _aws.Requests.Where(request => request.Contains("/policy ", StringComparison.Ordinal))];
        Assert.Equal(4, permissions.Length);
        Assert.Equal(2, permissions.Count(request => request.Contains("\"lambda:InvokeFunctionUrl\"", StringComparison.Ordinal)
            && request.Contains("\"FunctionUrlAuthType\"", StringComparison.Ordinal)));
        Assert.Equal(2, permissions.Count(request => request.Contains("\"lambda:InvokeFunction\"", StringComparison.Ordinal)
            && request.Contains("\"InvokedViaFunctionUrl\": true", StringComparison.Ordinal)));
        // Everything that the steps make is removed by the last ones.
        Assert.All(Removals, removal => Assert.Contains(_aws.Requests, request => request.StartsWith(removal, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task They_run_in_the_shell_of_a_Mac_as_well()
    {
        Requires.Programs("zsh", "curl");
        // Whatever is asked for: something that can be called.
        AddScript("tools/aws", $"echo '{_aws.Url}'");

        CommandResult result = await RunAsync("zsh");

        Assert.True(result.ExitCode == 0, $"{result.Error}\n{result.Output}");
        Assert.Contains("GET /numbers", _aws.Requests);
        await AssertSamAsync();
    }

    [Fact]
    public void Every_condition_of_the_callers_policy_is_there_for_its_action()
    {
        using var policy = JsonDocument.Parse(File.ReadAllText(InProject("caller.json")));

        Assert.Equal(
            [
                ("lambda:InvokeFunctionUrl", """{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}"""),
                ("lambda:InvokeFunction", """{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}"""),
            ],
            policy.RootElement.GetProperty("Statement").EnumerateArray().Select(statement => (
                statement.GetProperty("Action").GetString(),
                statement.GetProperty("Condition").GetRawText().Replace(" ", "", StringComparison.Ordinal))));
    }

    // SAM's tool is on no registry that is reached here: its parameters are those that the templates have.
    private async Task AssertSamAsync()
    {
        string[] calls = await File.ReadAllLinesAsync(InProject("sam calls"));
        Assert.All(calls, call => Assert.Matches("^(deploy|delete|logs|remote invoke) ", call));
        string templates = Repository.Read("template.yaml") + Repository.Read("templates/streaming-lambda/template.yaml");
        Match[] overrides = [.. calls.SelectMany(call => Override().Matches(call))];
        Assert.NotEmpty(overrides);
        Assert.All(overrides, one => Assert.Contains($"\n  {one.Groups["name"].Value}:\n", templates, StringComparison.Ordinal));
    }

    // Version 1 of the tool checks the same, from the same descriptions of the services, and lacks three things of version 2.
    private async Task AddAwsAsync()
    {
        Assert.SkipUnless(Tools.IsInPath("aws"), "The AWS CLI is not on this machine.");
        CommandResult version = await Command.RunAsync("aws", ["--version"]);
        Match match = Version().Match(version.Output + version.Error);
        Assert.True(match.Success, version.Output);
        var found = new Version(match.Groups["version"].Value);
        Assert.SkipUnless(
            found >= (found.Major == 1 ? new Version(1, 42, 50) : new Version(2, 31, 13)),
            $"The AWS CLI of this machine, {found}, is too old to know --invoked-via-function-url.");
        if (found.Major > 1)
            return;
        AddScript("tools/aws", $$"""
            if [ "$1 $2" = 'logs tail' ]; then exit 0; fi
            for argument; do
              shift
              case $argument in
                --cli-binary-format | raw-in-base64-out) ;;
                *) set -- "$@" "$argument" ;;
              esac
            done
            PATH=${PATH#*:} exec aws "$@"
            """);
    }

    private Task<CommandResult> RunAsync(string shell) =>
        Command.RunAsync(
            shell,
            ["-e", "-c", string.Concat(Blocks().Select(block => block.Code))],
            _directory.Path,
            new Dictionary<string, string?>
            {
                ["PATH"] = $"{InProject("tools")}:{Environment.GetEnvironmentVariable("PATH")}",
                ["HOME"] = _directory.Path,
                ["AWS_ENDPOINT_URL"] = _aws.Url,
                ["AWS_ACCESS_KEY_ID"] = "AKID",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["AWS_SESSION_TOKEN"] = "token",
                ["AWS_REGION"] = "eu-west-1",
                ["AWS_DEFAULT_REGION"] = "eu-west-1",
                ["AWS_PROFILE"] = null,
                ["AWS_PAGER"] = "",
            },
            TimeSpan.FromMinutes(4));

    private static IEnumerable<CodeBlock> Blocks() =>
    [
        .. BlocksOf(OtherPages).Where(block => block.IsShell && CallsAws().IsMatch(block.Code)),
        .. BlocksOf(Pages).Where(block => block.IsShell),
    ];

    private static IEnumerable<CodeBlock> BlocksOf(string[] pages) => pages.SelectMany(page => MarkdownPage.Read(page).Blocks);

    private string InProject(string path) => Path.Combine(_directory.Path, path);

    private void AddScript(string path, string body)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InProject(path))!);
        File.WriteAllText(InProject(path), $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(InProject(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [GeneratedRegex("aws-cli/(?<version>[0-9.]+)")]
    private static partial Regex Version();

    [GeneratedRegex(@"\b(sam|aws) ")]
    private static partial Regex CallsAws();

    [GeneratedRegex(@"--parameter-overrides (?<name>\w+)=")]
    private static partial Regex Override();
}
