using System.Text;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Doors.Apis;

/// <summary>
/// Finds the route of a request as API Gateway does: the resource that fits most closely, segment by segment, a fixed one before a parameter before
/// <c>{proxy+}</c>; of its methods the request's own before <c>ANY</c>.
/// </summary>
internal sealed class RouteTable
{
    private readonly bool _isRest;
    private readonly List<Resource> _resources;

    public RouteTable(IReadOnlyList<RouteSettings> routes, ApiKind kind)
    {
        _isRest = kind == ApiKind.Rest;
        _resources = [.. routes.GroupBy(route => route.Resource, StringComparer.Ordinal).Select(group => new Resource(group.Key, [.. group]))];
    }

    /// <summary>The route; null when there is none.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">Its path without the stage, as it was sent.</param>
    public RouteMatch? Find(string method, string path)
    {
        string[] segments = Split(path);
        // A REST API decides by the path alone, and then has the method or has not. An HTTP API looks for a route that has both.
        Resource? best = _resources
            .Where(resource => resource.Fits(segments) && (_isRest || resource.Find(method) is not null))
            .MinBy(resource => resource.Rank, StringComparer.Ordinal);
        return best?.Find(method) is { } route ? new RouteMatch(route, best.Parameters(segments)) : null;
    }

    // A slash at the end makes no difference.
    private static string[] Split(string path) => path.Trim('/') is { Length: > 0 } inner ? inner.Split('/') : [];

    private sealed class Resource(string path, IReadOnlyList<RouteSettings> routes)
    {
        private const char Fixed = '0', Parameter = '1', Greedy = '2';

        private readonly bool _isLastResort = path == ApiSettings.DefaultStage;
        private readonly string[] _segments = Split(path);

        /// <summary>Of two that fit, the one with the lower rank fits more closely.</summary>
        public string Rank { get; } = path == ApiSettings.DefaultStage ? "3" : string.Concat(Split(path).Select(KindOf));

        public bool Fits(string[] segments)
        {
            if (_isLastResort)
                return true;
            bool isGreedy = Rank.EndsWith(Greedy);
            if (isGreedy ? segments.Length < _segments.Length : segments.Length != _segments.Length)
                return false;
            return _segments.Zip(segments, Rank).All(pair => pair.Third switch
            {
                Fixed => pair.First == pair.Second || pair.First == Decode(pair.Second),
                _ => pair.Second.Length > 0,
            });
        }

        public RouteSettings? Find(string method) =>
            routes.FirstOrDefault(route => route.Method == method) ?? routes.FirstOrDefault(route => route.Method == RouteSettings.AnyMethod);

        public Dictionary<string, string> Parameters(string[] segments)
        {
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            for (int i = 0; i < _segments.Length && !_isLastResort; i++)
            {
                if (Rank[i] == Parameter)
                    parameters[_segments[i][1..^1]] = Decode(segments[i]);
                else if (Rank[i] == Greedy)
                    parameters[_segments[i][1..^2]] = Decode(string.Join('/', segments[i..]));
            }
            return parameters;
        }

        private static char KindOf(string segment) =>
            !segment.StartsWith('{') || !segment.EndsWith('}') ? Fixed : segment.EndsWith("+}", StringComparison.Ordinal) ? Greedy : Parameter;

        private static string Decode(string segment) => Encoding.UTF8.GetString(PercentEncoding.Decode(segment));
    }
}

/// <summary>A route that was found.</summary>
/// <param name="Route">The route.</param>
/// <param name="Parameters">What stands in the path for the parts in braces, decoded.</param>
internal sealed record RouteMatch(RouteSettings Route, IReadOnlyDictionary<string, string> Parameters);
