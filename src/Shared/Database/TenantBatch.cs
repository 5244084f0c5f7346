using Npgsql;

namespace PhotoLambda.Database;

/// <summary>
/// Statements of one organization, sent in one round trip. A batch runs in one transaction, so the setting that
/// row-level security reads stands before the statements and is gone after them.
/// </summary>
internal sealed class TenantBatch : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch;

    public TenantBatch(NpgsqlDataSource database, string organizationId)
    {
        _batch = database.CreateBatch();
        Add("select set_config('photolambda.organization_id', $1, true)", Sql.Text(organizationId));
    }

    /// <param name="sql">Constant text with <c>$n</c> parameters.</param>
    public TenantBatch Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        _batch.BatchCommands.Add(Sql.Command(sql, parameters));
        return this;
    }

    /// <returns>A reader that stands before the rows of the first added statement.</returns>
    public async Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellation)
    {
        var reader = await _batch.ExecuteReaderAsync(cancellation);
        try
        {
            await reader.NextResultAsync(cancellation);
            return reader;
        }
        catch
        {
            // Only the reader gives the connection back, also when the statement behind the setting was refused.
            await reader.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}
