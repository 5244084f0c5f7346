using PhotoLambda.Local.Template;

namespace PhotoLambda.Local;

/// <summary>
/// Values that only the running local cloud knows, for those parameters that the template declares by these names.
/// </summary>
internal sealed class KnownParameters(LocalCloud cloud, string issuer)
{
    /// <summary>Of the local issuer's tokens; the default of the template's <c>JwtAudience</c>.</summary>
    public const string Audience = "photolambda";

    /// <param name="given">What the developer gave: stands before what is known.</param>
    public Dictionary<string, string> For(TemplateFile template, IReadOnlyDictionary<string, string> given)
    {
        var known = new Dictionary<string, string>
        {
            ["ApiDatabaseUrl"] = cloud.Database.Api,
            ["WorkerDatabaseUrl"] = cloud.Database.Worker,
            ["JwtIssuer"] = issuer,
            // A line for each request would hide what matters; --parameter LogLevel=INFO brings them back.
            ["LogLevel"] = "WARN",
        };
        var values = known.Where(p => template.Parameters.ContainsKey(p.Key)).ToDictionary();
        foreach (var (name, value) in given)
        {
            values[name] = value;
        }

        return values;
    }
}
