using System.Runtime.CompilerServices;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.Cli.Adoption;

internal sealed record AdoptedPrefix(string Bucket, string Prefix, string OrganizationId, Guid ProjectId)
{
    public static bool IsPossible(string prefix) => !DerivedKeys.IsDerived(prefix);
}

/// <summary>
/// The adoptions: written by the tables' owner, for one organization at a time, and seen by the worker.
/// </summary>
internal sealed class AdoptionStore(DatabaseLogin database) : IAsyncDisposable
{
    private const string Insert = """
        insert into adoptions (s3_bucket, key_prefix, organization_id, project_id) values ($1, $2, $3, $4)
        on conflict do nothing returning s3_bucket
        """;

    private const string Delete = "delete from adoptions where s3_bucket = $1 and key_prefix = $2 returning s3_bucket";

    private const string Select = """
        select s3_bucket, key_prefix, organization_id, project_id from adoptions
        order by s3_bucket, key_prefix collate "C"
        """;

    private readonly NpgsqlDataSource _owner = database.Builder().EnableArrays().Build();

    private readonly NpgsqlDataSource _worker = WorkerDatabase.Open(database);

    /// <returns>False when it was there.</returns>
    /// <exception cref="CommandException">There is no such project, or the prefix is another's.</exception>
    public async Task<bool> AddAsync(AdoptedPrefix adoption, CancellationToken cancellation)
    {
        try
        {
            if (await ChangesAsync(adoption.OrganizationId, Insert, cancellation, Sql.Text(adoption.Bucket),
                Sql.Text(adoption.Prefix), Sql.Text(adoption.OrganizationId), Sql.Uuid(adoption.ProjectId)))
            {
                return true;
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new CommandException(
                $"The organization {Shown.Text(adoption.OrganizationId)} has no project {adoption.ProjectId}.");
        }

        return await FindAsync(adoption.Bucket, adoption.Prefix, cancellation) is not { } other || other == adoption
            ? false
            : throw new CommandException(
                $"The prefix is adopted for project {other.ProjectId} of {Shown.Text(other.OrganizationId)} already: "
                + "remove that adoption first.");
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> RemoveAsync(string bucket, string prefix, CancellationToken cancellation) =>
        await FindAsync(bucket, prefix, cancellation) is { } adoption
        && await ChangesAsync(
            adoption.OrganizationId, Delete, cancellation, Sql.Text(bucket), Sql.Text(prefix));

    public async IAsyncEnumerable<AdoptedPrefix> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = _worker.CreateCommand(Select);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            yield return new AdoptedPrefix(row.GetString(0), row.GetString(1), row.GetString(2), row.GetGuid(3));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await _worker.DisposeAsync();
    }

    private async Task<AdoptedPrefix?> FindAsync(string bucket, string prefix, CancellationToken cancellation)
    {
        await foreach (var adoption in ListAsync(cancellation))
        {
            if (adoption.Bucket == bucket && adoption.Prefix == prefix)
            {
                return adoption;
            }
        }

        return null;
    }

    private async Task<bool> ChangesAsync(
        string organization, string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var batch = new TenantBatch(_owner, organization);
        batch.Add(sql, parameters);
        await using var row = await batch.ReadAsync(cancellation);
        return await row.ReadAsync(cancellation);
    }
}
