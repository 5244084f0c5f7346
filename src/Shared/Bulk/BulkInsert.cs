using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhotoLambda.Bulk;

/// <summary>
/// Stores photos by the thousand: COPY into a staging table, one statement from there. A row that PostgreSQL refuses
/// never takes the others along: the rows are halved until it is alone.
/// </summary>
/// <param name="originalsBucket">Where projects have keys of their own; null: the caller may name any object.</param>
/// <param name="connections">That may share the work, 1 or more.</param>
internal sealed partial class BulkInsert(
    NpgsqlDataSource database, string? originalsBucket, StoredEffects effects, int connections, ILogger logger)
{
    /// <summary>Rows of one transaction.</summary>
    public const int MostRows = 5_000;

    // Below this many, a second connection costs more than it brings.
    private const int WorthSharing = 1_000;

    private const int Tries = 3;

    // Some ten seconds.
    private const int TriesWithoutDatabase = 15;

    /// <summary>
    /// Never throws for the database's sake: rows that it did not take now stay <see cref="RowState.Pending"/>.
    /// </summary>
    /// <param name="cancellation">When no more is to be begun, and what is under way is given up.</param>
    /// <returns>What became of each row.</returns>
    public async Task<RowOutcome[]> RunAsync(CopyRows rows, CancellationToken cancellation)
    {
        var outcomes = new RowOutcome[rows.Count];
        var chunks = new ConcurrentQueue<int[]>(Chunks(Sorted(rows)));
        await Task.WhenAll(Enumerable.Range(0, Math.Min(connections, chunks.Count)).Select(async _ =>
        {
            // Without the database no other chunk fares better.
            while (chunks.TryDequeue(out var chunk) && await StoreAsync(rows, chunk, outcomes, cancellation))
            {
            }
        }));
        return outcomes;
    }

    /// <summary>
    /// In the order of their objects: two deliveries of the same rows would wait for each other otherwise, and an index
    /// takes neighbours faster.
    /// </summary>
    private static int[] Sorted(CopyRows rows)
    {
        var order = new int[rows.Count];
        var isSorted = true;
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            isSorted &= i == 0 || RowOrder.Compare(rows, i - 1, i) < 0;
        }

        // Listings and ids of our own come in order.
        if (!isSorted)
        {
            RowOrder.Sort(rows, order);
        }

        var now = DateTimeOffset.UtcNow;
        foreach (var index in order)
        {
            if (rows[index].Id == Guid.Empty)
            {
                rows.Identify(index, Guid.CreateVersion7(now));
            }
        }

        return order;
    }

    private IEnumerable<int[]> Chunks(int[] order)
    {
        var least = order.Length < WorthSharing ? 1 : connections;
        var count = Math.Max(least, (order.Length + MostRows - 1) / MostRows);
        return order.Length == 0 ? [] : order.Chunk((order.Length + count - 1) / count);
    }

    /// <returns>False when the database takes nothing at present.</returns>
    private async Task<bool> StoreAsync(
        CopyRows rows, int[] chosen, RowOutcome[] outcomes, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Npgsql hears of no cancellation while it opens a connection or ends a COPY. What is left behind
                // begins nothing more.
                await StoreOnceAsync(rows, chosen, outcomes, cancellation).WaitAsync(cancellation);
                return true;
            }
            catch (PostgresException e) when (RowRejects.IsOfContention(e.SqlState) && attempt < Tries)
            {
                // Who was in the way is through.
            }
            catch (PostgresException e) when (RowRejects.IsOfSome(e.SqlState) && chosen.Length > 1)
            {
                var half = chosen.Length / 2;
                return await StoreAsync(rows, chosen[..half], outcomes, cancellation)
                    && await StoreAsync(rows, chosen[half..], outcomes, cancellation);
            }
            catch (PostgresException e) when (RowRejects.IsOfSome(e.SqlState))
            {
                outcomes[chosen[0]] = RowRejects.Of(e) is { } reject ? new(RowState.Rejected, reject) : default;
                return true;
            }
            catch (NpgsqlException e) when (attempt < TriesWithoutDatabase && e.IsTransient)
            {
                // A function that was frozen holds dead connections; a database that fails over is back in seconds.
                if (!await WaitAsync(attempt, cancellation))
                {
                    return false;
                }
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                rows.Abandon();
                Log.NotStored(logger, e, chosen.Length);
                return false;
            }
        }
    }

    private static async Task<bool> WaitAsync(int attempt, CancellationToken cancellation)
    {
        if (attempt > 1)
        {
            var longest = Math.Min(100 << attempt, 1_000);
            await Task.Delay(Random.Shared.Next(longest / 2, longest), cancellation)
                .ContinueWith(_ => { }, TaskScheduler.Default);
        }

        return !cancellation.IsCancellationRequested;
    }

    private async Task StoreOnceAsync(
        CopyRows rows, int[] chosen, RowOutcome[] outcomes, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var staged = new StagedRows(connection, Guid.NewGuid(), originalsBucket);
        await CopyStream.SendAsync(connection, staged.Id, rows, chosen, cancellation);
        var told = new RowOutcome[chosen.Length];
        var left = await staged.JudgeAsync(told, cancellation);
        await staged.StoreAsync(told, left, effects, cancellation);
        await transaction.CommitAsync(cancellation);
        for (var position = 0; position < chosen.Length; position++)
        {
            outcomes[chosen[position]] = told[position];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Rows} rows could not be stored now")]
        public static partial void NotStored(ILogger logger, Exception exception, int rows);
    }
}
