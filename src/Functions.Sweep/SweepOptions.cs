using PhotoLambda.Aws;
using PhotoLambda.Database;

namespace PhotoLambda.Sweep;

/// <summary>What the function is told by its environment, checked before the first event.</summary>
/// <param name="Database">An Npgsql connection string of the role <c>photolambda_worker</c>.</param>
internal sealed record SweepOptions(string Database, AwsEnvironment Aws)
{
    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static SweepOptions Read(Func<string, string?> variable)
    {
        const string DatabaseUrl = "PHOTOLAMBDA_DATABASE_URL";
        return new SweepOptions(
            FunctionDatabase.ConnectionString(DatabaseUrl, Settings.Required(variable, DatabaseUrl)),
            AwsEnvironment.Read(variable));
    }
}
