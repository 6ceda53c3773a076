using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace StreamingLambda.Build.Tests.Docs;

/// <summary>A page of the repository, as GitHub reads it.</summary>
internal sealed class MarkdownPage
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePreciseSourceLocation().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    private MarkdownPage(string path)
    {
        Path = path;
        Text = Repository.Read(path);
        MarkdownDocument document = Markdown.Parse(Text, Pipeline);
        Anchors = [.. document.Descendants<HeadingBlock>().Select(AnchorOf)];
        Chapters = [.. document.Descendants<HeadingBlock>().Where(heading => heading.Level == 2).Select(AnchorOf)];
        int begin = document.Descendants<HeadingBlock>().FirstOrDefault(heading => heading.Level == 2)?.Span.Start ?? Text.Length;
        List<LinkInline> links = [.. document.Descendants<LinkInline>()];
        Links = [.. links.Select(link => link.Url ?? "")];
        Contents = [.. links.Where(link => link.Span.Start < begin && link.Url is ['#', ..]).Select(link => link.Url![1..])];
        LoneSteps = [.. document.Descendants<ListBlock>().Where(list => list.IsOrdered && list.Count == 1).Select(list => list.Line + 1)];
        Blocks =
        [
            .. document.Descendants<FencedCodeBlock>().Select(block => new CodeBlock(this, block.Info ?? "", block.Line + 1, $"{block.Lines}\n")),
        ];
    }

    /// <summary>The path from the repository's root.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>What a link names a heading of this page by.</summary>
    public IReadOnlyList<string> Anchors { get; }

    /// <summary>The same of the headings of the second level alone.</summary>
    public IReadOnlyList<string> Chapters { get; }

    /// <summary>The headings of this page that are linked before its first chapter: its table of contents, if it has one.</summary>
    public IReadOnlyList<string> Contents { get; }

    /// <summary>Where links and pictures point to.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>The lines at which a numbered list of a single item begins.</summary>
    public IReadOnlyList<int> LoneSteps { get; }

    /// <summary>The fenced blocks in their order.</summary>
    public IReadOnlyList<CodeBlock> Blocks { get; }

    public static MarkdownPage Read(string path) => new(path);

    /// <summary>Every page that is in git, or will be with the next commit.</summary>
    public static async Task<IReadOnlyList<MarkdownPage>> ReadAllAsync()
    {
        CommandResult files = await Command.RunAsync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", "*.md"]);
        Assert.Equal((0, ""), (files.ExitCode, files.Error));
        return [.. files.Output.Split('\0').Where(file => File.Exists(Repository.PathOf(file))).Select(Read)];
    }

    public override string ToString() => Path;

    private static string AnchorOf(HeadingBlock heading) => heading.GetAttributes().Id ?? "";
}

/// <summary>A fenced block: its language, the line of the page that it begins at, and its code, without the indent of a list around it.</summary>
internal sealed record CodeBlock(MarkdownPage Page, string Language, int Line, string Code)
{
    /// <summary>Lines to paste into a shell.</summary>
    public bool IsShell => Language is "sh" or "bash" or "zsh";

    public override string ToString() => $"{Page}:{Line}";
}
