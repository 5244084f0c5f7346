using PhotoLambda.Local.Cdn;
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
            ["CdnProvider"] = "imagekit",
            ["LibvipsPath"] = cloud.Libvips ?? "",
            // A line for each request would hide what matters; --parameter LogLevel=INFO brings them back.
            ["LogLevel"] = "WARN",
        };
        // Who brings a key means the account that it is of, which is not here.
        if (!given.ContainsKey("ImageKitPrivateKey"))
        {
            known["ImageKitPrivateKey"] = ImageKitKey.Private;
            known["ImageKitUploadUrl"] = new Uri(cloud.Api, ImageKitEndpoint.UploadPath).AbsoluteUri;
            known["ImageKitApiUrl"] = new Uri(cloud.Api, ImageKitEndpoint.Prefix).AbsoluteUri.TrimEnd('/');
        }

        var values = known.Where(p => template.Parameters.ContainsKey(p.Key)).ToDictionary();
        foreach (var (name, value) in given)
        {
            values[name] = value;
        }

        return values;
    }
}
