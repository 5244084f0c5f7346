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

    private const string ApiDatabase = "local/api-database";
    private const string WorkerDatabase = "local/worker-database";
    private const string ImageKit = "local/imagekit";

    /// <param name="given">As of <see cref="For"/>.</param>
    public LocalSecrets Secrets(IReadOnlyDictionary<string, string> given) => new(new Dictionary<string, string>(given)
    {
        [ApiDatabase] = cloud.Database.Api,
        [WorkerDatabase] = cloud.Database.Worker,
        [ImageKit] = ImageKitKey.Private,
    });

    /// <param name="given">What the developer gave: stands before what is known.</param>
    public Dictionary<string, string> For(TemplateFile template, IReadOnlyDictionary<string, string> given)
    {
        var known = new Dictionary<string, string>
        {
            ["ApiDatabaseSecret"] = ApiDatabase,
            ["WorkerDatabaseSecret"] = WorkerDatabase,
            ["JwtIssuer"] = issuer,
            ["CdnProvider"] = "imagekit",
            ["LibvipsPath"] = cloud.Libvips ?? "",
            // A line for each request would hide what matters; --parameter LogLevel=INFO brings them back.
            ["LogLevel"] = "WARN",
        };
        // Who brings a key means the account that it is of, which is not here.
        if (!given.ContainsKey("ImageKitSecret"))
        {
            known["ImageKitSecret"] = ImageKit;
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
