using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Gateway;

/// <summary>The route that a request takes.</summary>
/// <param name="Key">As in the event: <c>ANY /{proxy+}</c> or <c>$default</c>.</param>
/// <param name="Parameters">From the path.</param>
internal sealed record RouteMatch(
    string Key, string FunctionId, TimeSpan Timeout, IReadOnlyList<KeyValuePair<string, string>> Parameters);

/// <summary>The routes of one API, tried from the most to the least specific.</summary>
/// <remarks>apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation</remarks>
internal sealed class RouteTable
{
    private readonly List<Route> _routes;

    /// <param name="routes">Each with the logical id of its function.</param>
    public RouteTable(IEnumerable<(HttpRoute Route, string FunctionId)> routes) =>
        _routes = [.. routes.Select(r => new Route(r.Route, r.FunctionId)).Order()];

    /// <param name="path">Decoded, without the stage.</param>
    /// <returns>Null when no route fits.</returns>
    public RouteMatch? Match(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var route in _routes)
        {
            if (route.Match(method, segments) is { } match)
            {
                return match;
            }
        }

        return null;
    }

    private sealed class Route(HttpRoute route, string functionId) : IComparable<Route>
    {
        private readonly string[] _segments = route.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        private readonly string _key =
            route is { Path: "$default", Method: "ANY" } ? "$default" : $"{route.Method} {route.Path}";

        private bool IsDefault => route.Path == "$default";

        public RouteMatch? Match(string method, string[] path)
        {
            if (route.Method != "ANY" && route.Method != method)
            {
                return null;
            }

            var parameters = new List<KeyValuePair<string, string>>();
            return IsDefault || Fits(path, parameters)
                ? new RouteMatch(_key, functionId, TimeSpan.FromMilliseconds(route.TimeoutInMillis), parameters)
                : null;
        }

        /// <summary>
        /// Literal before variable before greedy variable before $default; a method of its own before ANY.
        /// </summary>
        public int CompareTo(Route? other)
        {
            if (IsDefault != other!.IsDefault)
            {
                return IsDefault ? 1 : -1;
            }

            var shared = Math.Min(_segments.Length, other._segments.Length);
            for (var i = 0; i < shared; i++)
            {
                if (Rank(_segments[i]).CompareTo(Rank(other._segments[i])) is not 0 and var order)
                {
                    return order;
                }
            }

            return _segments.Length == other._segments.Length
                ? (route.Method == "ANY").CompareTo(other._key.StartsWith("ANY ", StringComparison.Ordinal))
                : other._segments.Length.CompareTo(_segments.Length);
        }

        private static int Rank(string segment) =>
            segment.EndsWith("+}", StringComparison.Ordinal) ? 2 : segment.StartsWith('{') ? 1 : 0;

        private bool Fits(string[] path, List<KeyValuePair<string, string>> parameters)
        {
            for (var i = 0; i < _segments.Length; i++)
            {
                var rank = Rank(_segments[i]);
                if (i >= path.Length || (rank == 0 && _segments[i] != path[i]))
                {
                    return false;
                }

                if (rank == 2)
                {
                    parameters.Add(new(_segments[i][1..^2], string.Join('/', path[i..])));
                    return true;
                }

                if (rank == 1)
                {
                    parameters.Add(new(_segments[i][1..^1], path[i]));
                }
            }

            return path.Length == _segments.Length;
        }
    }
}
