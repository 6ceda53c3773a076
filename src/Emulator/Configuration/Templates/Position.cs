namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>A line of a template, for messages.</summary>
internal readonly record struct Position(string File, int Line)
{
    /// <summary>What is wrong there, and what to do.</summary>
    public ConfigurationException Error(string sentence) => new($"{File}, line {Line}: {sentence}");
}
