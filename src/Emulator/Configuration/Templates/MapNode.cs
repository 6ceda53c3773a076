namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>A mapping, in the order of the file.</summary>
internal sealed class MapNode : TemplateNode
{
    private readonly Dictionary<string, TemplateNode> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Position> _repeated = new(StringComparer.Ordinal);

    public MapNode(Position position, IEnumerable<(string Key, Position At, TemplateNode Value)> entries)
        : base(position)
    {
        foreach ((string key, Position at, TemplateNode value) in entries)
        {
            if (!_values.TryAdd(key, value))
                _repeated.TryAdd(key, at);
        }
        Height = 1 + _values.Values.Select(value => value.Height).DefaultIfEmpty().Max();
    }

    public override int Height { get; }

    /// <summary>Each key once.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>How many keys there are.</summary>
    public int Count => _values.Count;

    /// <summary>The value under a key; null when there is none.</summary>
    /// <exception cref="ConfigurationException">The key is there twice. Only who asks is told: what the emulator does not read is not its
    /// business.</exception>
    public TemplateNode? Find(string key) =>
        _repeated.TryGetValue(key, out Position at) ? throw at.Error($"{key} is given twice. Keep one of them.") : _values.GetValueOrDefault(key);

    /// <summary>The same without the objection, for those who only want to know whether it concerns them.</summary>
    public TemplateNode? Peek(string key) => _values.GetValueOrDefault(key);

    /// <summary>The value under a key, when it is a mapping.</summary>
    public MapNode? FindMap(string key) => Find(key) as MapNode;
}
