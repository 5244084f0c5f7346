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

    /// <summary>Of the local store, by which the template names them.</summary>
    private const string ApiDatabase = "local/api-database";
    private const string WorkerDatabase = "local/worker-database";
    private const string ImageKit = "local/imagekit";

    /// <param name="given">What the developer gave: stands before what is known.</param>
    public Dictionary<string, string> Secrets(IReadOnlyDictionary<string, string> given)
    {
        var secrets = new Dictionary<string, string>
        {
            [ApiDatabase] = cloud.Database.Api,
            [WorkerDatabase] = cloud.Database.Worker,
            [ImageKit] = ImageKitKey.Private,
        };
        foreach (var (name, value) in given)
        {
            secrets[name] = value;
        }

        return secrets;
    }

    /// <param name="given">What the developer gave: stands before what is known.</param>
    public Dictionary<string, string> For(
        TemplateFile template, IReadOnlyDictionary<string, string> given,
        IReadOnlyDictionary<string, string>? givenSecrets = null)
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
        if (!given.ContainsKey("ImageKitSecret") && givenSecrets?.ContainsKey(ImageKit) != true)
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
