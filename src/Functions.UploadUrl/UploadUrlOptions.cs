using PhotoLambda.Aws;
using PhotoLambda.Database;

namespace PhotoLambda.UploadUrl;

/// <summary>What the function is told by its environment, checked before the first request.</summary>
/// <param name="Database">An Npgsql connection string of the role <c>photolambda_api</c>.</param>
internal sealed record UploadUrlOptions(string Database, string OriginalsBucket, AwsEnvironment Aws)
{
    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static UploadUrlOptions Read(IConfiguration configuration)
    {
        string Required(string name) => configuration[name] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set. Set it in the environment of the function.");

        const string DatabaseUrl = "PHOTOLAMBDA_DATABASE_URL";
        return new UploadUrlOptions(
            FunctionDatabase.ConnectionString(DatabaseUrl, Required(DatabaseUrl)),
            Required("PHOTOLAMBDA_ORIGINALS_BUCKET"),
            AwsEnvironment.Read(name => configuration[name]));
    }
}
