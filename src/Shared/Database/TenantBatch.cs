using System.Net.Sockets;
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
        _batch.BatchCommands.Add(Tenant(organizationId));
    }

    /// <summary>What row-level security wants to know, for the transaction that it is sent in.</summary>
    public static NpgsqlBatchCommand Tenant(string organizationId) =>
        Sql.Command("select set_config('photolambda.organization_id', $1, true)", Sql.Text(organizationId));

    /// <summary>Whether the same may be tried again on another connection.</summary>
    public static bool IsLostConnection(NpgsqlException e) =>
        e.SqlState == PostgresErrorCodes.AdminShutdown || e.InnerException is IOException or SocketException;

    /// <param name="sql">Constant text with <c>$n</c> parameters.</param>
    public TenantBatch Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        _batch.BatchCommands.Add(Sql.Command(sql, parameters));
        return this;
    }

    /// <summary>
    /// Runs the batch, and once more when the connection turns out to be lost: a function that was frozen, or a
    /// database that failed over, leaves dead ones behind. The statements must bear being committed twice.
    /// </summary>
    /// <returns>A reader that stands before the rows of the first added statement.</returns>
    public async Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await ReadOnceAsync(cancellation);
        }
        catch (NpgsqlException e) when (IsLostConnection(e))
        {
            return await ReadOnceAsync(cancellation);
        }
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private async Task<NpgsqlDataReader> ReadOnceAsync(CancellationToken cancellation)
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
}
