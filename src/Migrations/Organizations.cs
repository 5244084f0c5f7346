namespace PhotoLambda.Database;

internal static class Organizations
{
    // Row-level security is forced on the owner of the table too, hence the setting.
    private const string Insert = "insert into organizations (id) values ($1) on conflict (id) do nothing returning id";

    /// <param name="database">As the tables' owner.</param>
    /// <param name="id">1 to 255 characters.</param>
    /// <returns>False when it was there.</returns>
    /// <exception cref="FormatException">The id is too long or empty.</exception>
    public static async Task<bool> CreateAsync(
        DatabaseLogin database, string id, CancellationToken cancellation)
    {
        if (id.Length is < 1 or > 255)
        {
            throw new FormatException($"The organization's id must have 1 to 255 characters; it has {id.Length}.");
        }

        await using var source = database.Builder().Build();
        await using var batch = new TenantBatch(source, id);
        batch.Add(Insert, Sql.Text(id));
        await using var reader = await batch.ReadAsync(cancellation);
        return await reader.ReadAsync(cancellation);
    }
}
