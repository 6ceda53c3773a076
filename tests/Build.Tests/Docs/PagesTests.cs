using System.Text.RegularExpressions;

namespace StreamingLambda.Build.Tests.Docs;

/// <summary>What holds for every page: its links lead somewhere, what it says to paste can be pasted, and it can be found.</summary>
public sealed partial class PagesTests : IAsyncLifetime
{
    private IReadOnlyList<MarkdownPage> _pages = [];

    public async ValueTask InitializeAsync()
    {
        _pages = await MarkdownPage.ReadAllAsync();
        Assert.NotEmpty(_pages);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Each_link_within_the_repository_leads_to_a_file_and_to_a_heading_of_it() => AssertNone(
        from page in _pages
        from link in page.Links
        where !Absolute().IsMatch(link)
        let parts = link.Split('#', 2)
        let target = parts[0].Length > 0 ? Path.Join(Path.GetDirectoryName(page.Path), parts[0]) : page.Path
        let file = Path.GetRelativePath(Repository.Root, Path.GetFullPath(target, Repository.Root))
        where !Path.Exists(Repository.PathOf(file)) || (parts.Length > 1 && !MarkdownPage.Read(file).Anchors.Contains(parts[1]))
        select $"{page} links to {link}");

    [Fact]
    public void A_table_of_contents_has_every_chapter() => AssertNone(
        from page in _pages
        where page.Contents.Intersect(page.Chapters).Count() > 1
        from chapter in page.Chapters.Except(page.Contents)
        select $"{page} does not list #{chapter}");

    [Fact]
    public async Task Each_page_that_code_a_message_or_a_script_names_is_there()
    {
        CommandResult named = await Command.RunAsync("git", ["grep", "--untracked", "-oE", "docs/[A-Za-z0-9/-]+[.]md", "--", ":!*.md"]);
        Assert.Equal((0, ""), (named.ExitCode, named.Error));

        AssertNone(
            from line in named.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            let parts = line.Split(':')
            where !File.Exists(Repository.PathOf(parts[1]))
            select $"{parts[0]} names {parts[1]}");
    }

    [Fact]
    public void The_README_of_a_package_links_to_nothing_that_its_reader_does_not_have() => AssertNone(
        from page in _pages
        where PackageReadme().IsMatch(page.Path)
        from link in page.Links
        where !link.StartsWith("https://", StringComparison.Ordinal) && !link.StartsWith('#')
        select $"{page} links to {link}");

    [Fact]
    public void Each_page_of_the_documentation_is_in_its_index()
    {
        MarkdownPage index = MarkdownPage.Read("docs/README.md");
        List<string> listed = [.. index.Links.Select(link => Path.GetFullPath(link, Repository.PathOf("docs")))];

        // A link to a folder stands for the pages in it.
        AssertNone(
            from page in _pages
            where page.Path.StartsWith("docs/", StringComparison.Ordinal) && page.Path != index.Path
            let file = Repository.PathOf(page.Path)
            where !listed.Contains(file) && !listed.Contains($"{Path.GetDirectoryName(file)}/")
            select $"{index} does not list {page}");
    }

    /// <summary>zsh, the shell of every Mac, knows no comments at its prompt: it takes <c>#</c> for a command or an argument, and the
    /// apostrophe in a comment for the beginning of a text that never ends.</summary>
    [Fact]
    public void What_is_to_be_pasted_into_a_shell_has_no_comments() => AssertNone(
        from page in _pages
        from block in page.Blocks
        where block.IsShell
        from line in block.Code.Split('\n')
        where Comment().IsMatch(line)
        select $"{block}: {line}");

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task What_is_to_be_pasted_into_a_shell_has_its_syntax(string shell)
    {
        Requires.Programs(shell);
        List<string> wrong = [];
        foreach (CodeBlock block in _pages.SelectMany(page => page.Blocks).Where(block => block.IsShell))
        {
            CommandResult check = await Command.RunAsync(shell, ["-n", "-c", block.Code]);
            if ((check.ExitCode, check.Error) != (0, ""))
                wrong.Add($"{block}: {check.Error}");
        }
        AssertNone(wrong);
    }

    [Fact]
    public void Nothing_is_said_in_riddles() => AssertNone(
        from page in _pages
        from Match riddle in Riddle().Matches(page.Text)
        select $"{page}: {riddle.Value}");

    /// <summary>A fact that stands on two pages is changed on one of them. Each has one home, and the pages that may show it besides: the README has
    /// what a reader chooses by, the emulator's page compares row by row, and troubleshooting shows messages word for word.</summary>
    [Theory]
    [InlineData("dates of AWS", "(January|February|March|June|July|November) [0-9]+, 20[0-9]{2}", "docs/deploy.md", "README.md")]
    [InlineData("why provided.al2 has .NET 9", "OpenSSL", "docs/deploy.md")]
    [InlineData("the bodies of a 403", "Credential should be scoped", "docs/deploy.md", "docs/troubleshooting.md")]
    [InlineData("the size of a response", "200 MB", "docs/production.md", "README.md", "docs/emulator.md")]
    [InlineData("the size of a request", "4[.]5 MB", "docs/production.md", "docs/emulator.md")]
    [InlineData("the speed of a response", "2 MB/s|2 MB a second|97 seconds", "docs/production.md", "docs/emulator.md")]
    [InlineData("what memory buys", "1,769", "docs/production.md")]
    [InlineData("the time of a stop", "450 milliseconds", "docs/handlers.md")]
    [InlineData("the time before the deadline", "250 milliseconds", "docs/errors.md")]
    public void A_fact_has_one_home(string fact, string text, string home, params string[] besides)
    {
        string[] found = [.. _pages
            .Where(page => UserPage().IsMatch(page.Path) && Regex.IsMatch(page.Text, text, RegexOptions.None, TimeSpan.FromSeconds(10)))
            .Select(page => page.Path)];

        Assert.Contains(home, found);
        AssertNone(from page in found.Except([home, .. besides]) select $"{page} says {fact}: link to {home} instead.");
        AssertNone(from page in besides.Except(found) select $"{page} does not say {fact} any more: take it off the list.");
    }

    /// <summary>Where the wrapped line of a paragraph begins with '1.', it is shown as a list.</summary>
    [Fact]
    public void No_line_of_a_paragraph_is_taken_for_a_step() => AssertNone(
        from page in _pages
        from line in page.LoneSteps
        select $"{page}:{line}");

    private static void AssertNone(IEnumerable<string> wrong)
    {
        List<string> all = [.. wrong];
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Absolute();

    [GeneratedRegex("^(src/[^/]+|templates)/README[.]md$")]
    private static partial Regex PackageReadme();

    [GeneratedRegex("^(README|docs/[^/]+)[.]md$")]
    private static partial Regex UserPage();

    [GeneratedRegex("""^(?:[^'"#]|'[^']*'|"[^"]*"|(?<=\S)#)*(?<=^|\s)#(?!!)""")]
    private static partial Regex Comment();

    [GeneratedRegex(
        "the house|mind the dates|reproduce it says|not so (?:a|for)|deserves a thought|role is too young|stays your call|knows nothing of"
            + "|\\bas ever\\b|put through|is none of|looked for in your|goes out|brings along",
        RegexOptions.IgnoreCase)]
    private static partial Regex Riddle();
}
