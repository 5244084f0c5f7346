using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PhotoLambda.Bulk;
using PhotoLambda.BulkIngest;

namespace PhotoLambda.Bench;

/// <summary>Our ways: all that an invocation does up to the commit, and the rows alone.</summary>
internal sealed class BulkOurs(NpgsqlDataSource worker)
{
    private static readonly byte[] Organization = Encoding.UTF8.GetBytes(BulkRow.Organization);

    /// <returns>Milliseconds from the event's bytes to rows, timelines, jobs and looks.</returns>
    public async Task<double> IngestAsync(byte[] input, int connections, CancellationToken cancellation)
    {
        var insert = Insert(BulkRow.Bucket, StoredEffects.JobsAndLooks, connections);
        var clock = Stopwatch.StartNew();
        using var rows = new CopyRows();
        var batch = new IngestBatch(rows);
        QueueRecords.Read(input, new byte[input.Length], batch, new MessageReader(batch, rows, BulkRow.Bucket));
        Check(await insert.RunAsync(rows, cancellation));
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <returns>Milliseconds, and microseconds of this process for each row.</returns>
    public async Task<(double Elapsed, double CpuOfRow)> InsertAsync(
        BulkRow[] rows, int connections, CancellationToken cancellation)
    {
        var insert = Insert(null, StoredEffects.None, connections);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        using var copy = new CopyRows();
        Array.ForEach(rows, row => Write(copy, row));
        Check(await insert.RunAsync(copy, cancellation));
        var elapsed = clock.Elapsed.TotalMilliseconds;
        process.Refresh();
        return (elapsed, (process.TotalProcessorTime - before).TotalMicroseconds / rows.Length);
    }

    private BulkInsert Insert(string? bucket, StoredEffects effects, int connections) =>
        new(worker, bucket, effects, connections, NullLogger.Instance);

    private static void Check(RowOutcome[] outcomes)
    {
        if (Array.Find(outcomes, o => o.State != RowState.Stored) is { State: not RowState.Stored } other
            && outcomes.Any(o => o.State != RowState.Stored))
        {
            throw new BenchException($"A row was not stored: {other.State} {other.Reject?.Reason}.");
        }
    }

    private static void Write(CopyRows copy, BulkRow row)
    {
        copy.Begin();
        copy.Bytes(Organization);
        copy.Uuid(BulkRow.Project);
        Text(copy, BulkRow.User);
        copy.Null();
        copy.Bytes("image"u8);
        Text(copy, row.FileName);
        copy.Place(Encoding.UTF8.GetBytes(BulkRow.Bucket), Encoding.UTF8.GetBytes(row.Key));
        Text(copy, row.ETag);
        copy.Null();
        copy.Bytes(row.Sha256);
        Text(copy, BulkRow.Mime);
        copy.Int64(row.Size);
        copy.Int32(6000);
        copy.Int32(4000);
        copy.Null();
        copy.Null();
        copy.Int16(1);
        copy.Null();
        copy.Null();
        copy.Null();
        copy.Null();
        copy.Jsonb(Encoding.UTF8.GetBytes(row.Exif));
        copy.Jsonb(Encoding.UTF8.GetBytes(row.Gps));
        for (var i = 0; i < 8; i++)
        {
            copy.Null();
        }

        copy.Null();
        copy.End(row.Id);
    }

    private static void Text(CopyRows copy, string text)
    {
        Span<byte> utf8 = stackalloc byte[256];
        copy.Bytes(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }
}
