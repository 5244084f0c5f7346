using System.Diagnostics;
using Npgsql;

namespace PhotoLambda.Bench;

internal static class CpuTime
{
    /// <summary>Of a process and its threads so far, user and system, in hundredths of a second.</summary>
    public static TimeSpan Of(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }

    /// <summary>Of the processes that serve a database's sessions and its own tasks.</summary>
    public static async Task<TimeSpan> OfServerAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var sum = TimeSpan.Zero;
        await using var command = database.CreateCommand(
            "select pid from pg_stat_activity where pid <> pg_backend_pid()");
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            sum += Of(row.GetInt32(0));
        }

        return sum;
    }
}
