namespace StreamingLambda.Emulator.Configuration.Templates;

/// <summary>
/// SAM's <c>Globals</c>: mappings are merged member by member, lists are appended to the global one, everything else is replaced
/// (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html).
/// </summary>
internal static class Globals
{
    /// <summary>A resource's own properties over the global ones.</summary>
    public static MapNode Merge(MapNode? global, MapNode? own, Position at) =>
        (global, own) switch
        {
            (null, null) => new MapNode(at, []),
            (null, _) => own,
            (_, null) => global,
            _ => (MapNode)MergeMaps(global, own),
        };

    private static MapNode MergeMaps(MapNode global, MapNode own) => new(
        own.Position,
        global.Keys.Union(own.Keys, StringComparer.Ordinal).Select(key => (global.Find(key), own.Find(key)) switch
        {
            ({ } only, null) => (key, only.Position, only),
            (null, { } only) => (key, only.Position, only),
            ({ } one, { } two) => (key, two.Position, MergeValues(one, two)),
            _ => throw new InvalidOperationException("A key of neither mapping."),
        }));

    private static TemplateNode MergeValues(TemplateNode global, TemplateNode own) => (global, own) switch
    {
        // A function's call is one value: its arguments are not merged.
        (MapNode one, MapNode two) when !Evaluator.IsCall(one) && !Evaluator.IsCall(two) => MergeMaps(one, two),
        (ListNode one, ListNode two) => new ListNode(two.Position, [.. one.Items, .. two.Items]),
        _ => own,
    };
}
