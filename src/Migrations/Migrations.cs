using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace PhotoLambda.Database;

/// <summary>The numbered files of <c>db/</c>, each applied once, in order, in a transaction of its own.</summary>
internal static class Migrations
{
    // Any fixed number does: two deployments at the same time wait for each other here.
    private const long AdvisoryLock = 0x50686F746F4C;

    private const string CreateTable = """
        create table if not exists schema_migrations (
          name text primary key, sha256 text not null, applied_at timestamptz not null default now())
        """;

    /// <summary>The last of the files: the database has it when all are applied.</summary>
    public static string Newest => Files().Last().Name;

    /// <param name="database">A user who may create tables and roles.</param>
    /// <param name="applied">Told the name of each file that is applied.</param>
    /// <param name="logins">Set when all files are applied.</param>
    /// <returns>How many files were applied; 0 when the database was up to date.</returns>
    /// <exception cref="MigrationException">A file was changed after it was applied, or refused.</exception>
    public static async Task<int> ApplyAsync(
        DatabaseLogin database, Action<string> applied, CancellationToken cancellation, params RoleLogin[] logins)
    {
        // Not pooled: a pooled session would keep the advisory lock after it is closed here. No limit: another
        // migration that this one waits for, or an index on many rows, takes as long as it takes.
        var unpooled = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
        }.ConnectionString;
        await using var source = database.Builder(unpooled).Build();
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, $"select pg_advisory_lock({AdvisoryLock})", cancellation);
        await ExecuteAsync(connection, CreateTable, cancellation);
        var known = await AppliedAsync(connection, cancellation);
        var count = 0;
        foreach (var (name, sql) in Files())
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (known.TryGetValue(name, out var appliedHash))
            {
                if (appliedHash != hash)
                {
                    throw new MigrationException(
                        $"{name} was changed after it was applied to this database. "
                        + "Restore the file and put the change into a new one.");
                }

                continue;
            }

            await ApplyAsync(connection, name, sql, hash, cancellation);
            applied(name);
            count++;
        }

        // Under the same lock: PostgreSQL refuses two changes of a role at once.
        await SetAsync(connection, logins, cancellation);
        return count;
    }

    private static IEnumerable<(string Name, string Sql)> Files()
    {
        var assembly = typeof(Migrations).Assembly;
        foreach (var name in assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("db/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            // A checkout on Windows is not another file.
            yield return (name[3..], reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select name, sha256 from schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var applied = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellation))
        {
            applied[reader.GetString(0)] = reader.GetString(1);
        }

        return applied;
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, string name, string sql, string hash, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await ExecuteAsync(connection, sql, cancellation);
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            throw new MigrationException($"{name} is refused: {e.MessageText} ({e.SqlState}).", e);
        }

        await using var record = new NpgsqlCommand(
            "insert into schema_migrations (name, sha256) values ($1, $2)", connection, transaction);
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
        await record.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task SetAsync(
        NpgsqlConnection connection, RoleLogin[] logins, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var login in logins)
        {
            try
            {
                // ALTER ROLE takes no parameters. A verifier is Base64, ':' and '$'.
                await ExecuteAsync(
                    connection, $"alter role {login.Role} login password '{ScramVerifier.Of(login.Password)}'",
                    cancellation);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new MigrationException(
                    $"{connection.UserName} may not set the password of {login.Role}: {e.MessageText}. It needs "
                    + $"CREATEROLE and, from PostgreSQL 16 on, where another made the role: grant {login.Role} to "
                    + $"{connection.UserName} with admin option.", e);
            }
        }

        await transaction.CommitAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // Statements come from this assembly alone. They may be several, hence no parameters.
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The database cannot be migrated; the message says what to do.</summary>
internal sealed class MigrationException(string message, Exception? cause = null) : Exception(message, cause);
