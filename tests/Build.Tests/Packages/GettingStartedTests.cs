using System.Text.RegularExpressions;

using StreamingLambda.Build.Tests.Docs;

namespace StreamingLambda.Build.Tests.Packages;

/// <summary>docs/getting-started.md, followed to the letter in the shells that it is for, by somebody who has never used .NET before.</summary>
[Collection(nameof(PackedFeed))]
public sealed class GettingStartedTests(PackedFeed feed)
{
    private const string Packing = "dotnet pack -o artifacts/packages\n";
    private const string Emulator = "dotnet streaming-lambda-emulator ";
    private const string Address = "http://127.0.0.1:7000/";

    private static readonly MarkdownPage Page = MarkdownPage.Read("docs/getting-started.md");

    /// <summary>What needs Docker, zig or AWS: <see cref="NewProjectTests"/> builds, and the commands of AWS have tests of their own.</summary>
    private static readonly string[] Elsewhere = ["./build.sh", "sam ", "aws "];

    [Theory]
    [InlineData("bash", "--norc", "-e", "-c")]
    [InlineData("zsh", "-f", "-e", "-c")]
    [InlineData("pwsh", "-NoProfile", "-Command")]
    public async Task Its_commands_do_what_it_says(string shell, params string[] options)
    {
        if (shell == "pwsh")
            Assert.SkipUnless(Tools.IsInPath(shell), "'pwsh' is not in PATH.");
        else
            Requires.Programs(shell, "curl");
        using var machine = new TemporaryDirectory("a machine");
        var environment = new Dictionary<string, string?>
        {
            ["DOTNET_CLI_HOME"] = Directory.CreateDirectory(Path.Combine(machine.Path, "home")).FullName,
            ["NUGET_PACKAGES"] = PackedFeed.Unpacked,
            ["MSBUILDDISABLENODEREUSE"] = "1",
        };
        // The clone of the repository, as 'dotnet pack' leaves it.
        string directory = Directory.CreateDirectory(Path.Combine(machine.Path, "StreamingLambda")).FullName;
        Directory.CreateDirectory(Path.Combine(directory, "artifacts"));
        Directory.CreateSymbolicLink(Path.Combine(directory, "artifacts/packages"), feed.Feed);

        InstalledEmulator? emulator = null;
        string output = "", emulatorOptions = "";
        try
        {
            foreach (CodeBlock block in Page.Blocks)
            {
                switch (block.Language)
                {
                    case "sh" when Elsewhere.Any(word => block.Code.Contains(word, StringComparison.Ordinal)):
                        break;
                    case "sh" when block.Code.Contains(Emulator, StringComparison.Ordinal):
                        string[] commands = block.Code.Split(Emulator);
                        await RunAsync(block, commands[0]);
                        emulatorOptions = commands[1].Trim();
                        emulator = await StartAsync();
                        break;
                    case "sh":
                        output = await RunAsync(block, block.Code);
                        break;
                    case "text":
                        Assert.Equal(block.Code, output);
                        break;
                    case "csharp":
                        await WriteAsync(directory, block.Code);
                        break;
                    default:
                        Assert.Fail($"{block}: nothing here knows what to do with '{block.Language}'.");
                        break;
                }

                // "So start it again": the name of the handler has changed.
                if (block.Code.StartsWith("[nameof", StringComparison.Ordinal))
                {
                    await ChooseHandlerAsync(directory);
                    await emulator!.DisposeAsync();
                    emulator = await StartAsync();
                }
            }
        }
        finally
        {
            if (emulator is not null)
                await emulator.DisposeAsync();
        }

        Task<InstalledEmulator> StartAsync() => InstalledEmulator.StartAsync(directory, environment, emulatorOptions.Split(' '));

        async Task<string> RunAsync(CodeBlock block, string code)
        {
            code = code.Replace(Packing, "", StringComparison.Ordinal);
            code = code.Replace(Address, emulator?.Url ?? Address, StringComparison.Ordinal);
            string script = shell == "pwsh"
                ? $"$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true\n{code}[Console]::Write($PWD.Path)"
                : $"{code}printf %s \"$PWD\"";
            CommandResult result = await Command.RunAsync(shell, [.. options, script], directory, environment, TimeSpan.FromMinutes(4));
            Assert.True(result.ExitCode == 0, $"{block}\n{result.Output}{result.Error}");
            int end = result.Output.LastIndexOf('\n') + 1;
            directory = result.Output[end..];
            return result.Output[..end];
        }
    }

    [Fact]
    public void The_commands_of_the_README_are_those_of_the_page() => Assert.Empty(
        MarkdownPage.Read("README.md").Blocks.Where(block => block.IsShell).Select(block => block.Code)
            .Except(Page.Blocks.Select(block => block.Code)));

    private static async Task WriteAsync(string project, string code)
    {
        if (Regex.Match(code, "public sealed class (\\w+)") is { Success: true } handler)
        {
            await File.WriteAllTextAsync(Path.Combine(project, $"src/MyFunction/{handler.Groups[1].Value}.cs"), code);
        }
        else
        {
            const string Before = "[nameof(Hello)] = static () => new Hello(),";
            await ReplaceAsync(Path.Combine(project, "src/MyFunction/HandlerTable.cs"), Before, $"{Before}\n{code}");
        }
    }

    private static async Task ChooseHandlerAsync(string project)
    {
        Match change = Regex.Match(Page.Text, @"in\s+`(.+)`\s+replace\s+`(.+)`\s+with\s+`(.+)`[.]");
        Assert.True(change.Success);
        await ReplaceAsync(Path.Combine(project, change.Groups[1].Value), change.Groups[2].Value, change.Groups[3].Value);
    }

    private static async Task ReplaceAsync(string file, string old, string replacement)
    {
        string text = await File.ReadAllTextAsync(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(old, replacement, StringComparison.Ordinal));
    }
}
