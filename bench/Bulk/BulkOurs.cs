using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PhotoLambda.Bulk;
using PhotoLambda.BulkIngest;
using PhotoLambda.Photos;

namespace PhotoLambda.Bench;

/// <summary>Our ways: all that an invocation does up to the commit, and the rows alone.</summary>
internal sealed class BulkOurs(NpgsqlDataSource worker)
{
    /// <returns>Milliseconds from the event's bytes to rows, timelines, jobs and looks.</returns>
    public async Task<double> IngestAsync(byte[] input, int connections, CancellationToken cancellation)
    {
        var insert = new BulkInsert(
            worker, BulkRow.Bucket, StoredEffects.JobsAndLooks, connections, NullLogger.Instance);
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
        var photos = Array.ConvertAll(rows, Photo);
        var repository = new PhotoRepository(worker, connections);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var done = await repository.InsertAsync(photos, cancellation);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        process.Refresh();
        return done.Stored == rows.Length
            ? (elapsed, (process.TotalProcessorTime - before).TotalMicroseconds / rows.Length)
            : throw new BenchException($"{done.Stored} of {rows.Length} rows were stored.");
    }

    private static NewPhotoRow Photo(BulkRow row) => new()
    {
        Id = row.Id,
        OrganizationId = BulkRow.Organization,
        ProjectId = BulkRow.Project,
        Bucket = BulkRow.Bucket,
        Key = row.Key,
        ContentType = BulkRow.Mime,
        SizeBytes = row.Size,
        FileName = row.FileName,
        UploadedByUserId = BulkRow.User,
        ETag = row.ETag,
        Sha256 = row.Sha256Text,
        Width = 6000,
        Height = 4000,
        Orientation = 1,
        ExifData = row.Exif,
        GpsCoordinates = row.Gps,
    };

    private static void Check(RowOutcome[] outcomes)
    {
        if (Array.FindIndex(outcomes, o => o.State != RowState.Stored) is var at && at >= 0)
        {
            throw new BenchException($"A row was not stored: {outcomes[at].State} {outcomes[at].Reject?.Reason}.");
        }
    }
}
