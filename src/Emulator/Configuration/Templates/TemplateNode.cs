namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>A value of a template, in YAML or JSON alike. A short form such as <c>!Ref X</c> is already its long form, <c>{"Ref": "X"}</c>.</summary>
internal abstract class TemplateNode(Position position)
{
    /// <summary>The most levels that a template may have. Whatever walks a tree may recurse without a thought for the stack.</summary>
    public const int MaxHeight = 100;

    /// <summary>Where it begins.</summary>
    public Position Position { get; } = position;

    /// <summary>Levels from here to the deepest leaf, through aliases too.</summary>
    public virtual int Height => 1;
}

/// <summary>Text, a number or a boolean: CloudFormation takes each for the other.</summary>
internal sealed class TextNode(Position position, string value) : TemplateNode(position)
{
    /// <summary>The text.</summary>
    public string Value { get; } = value;
}

/// <summary>A key without a value, or <c>null</c>.</summary>
internal sealed class NullNode(Position position) : TemplateNode(position);

/// <summary>A sequence.</summary>
internal sealed class ListNode(Position position, IReadOnlyList<TemplateNode> items) : TemplateNode(position)
{
    /// <summary>The items.</summary>
    public IReadOnlyList<TemplateNode> Items { get; } = items;

    public override int Height { get; } = 1 + items.Select(item => item.Height).DefaultIfEmpty().Max();
}

/// <summary>A value that only an account or a deployed stack could tell: the result of an evaluation, never part of a file.</summary>
internal sealed class UnknownNode(Position position, string reason) : TemplateNode(position)
{
    /// <summary>Why, as the second half of a sentence.</summary>
    public string Reason { get; } = reason;
}
