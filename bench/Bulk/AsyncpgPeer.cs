using System.Globalization;
using System.Text.Json;

namespace PhotoLambda.Bench;

/// <summary>COPY of CSV by Python's asyncpg, as its users write it; it measures the time itself.</summary>
internal sealed class AsyncpgPeer(string url) : IDisposable
{
    public static readonly string[] Packages = ["python3-asyncpg"];

    private readonly Talk _python = new(Python.Program, [Python.Script("bulk_csv.py"), url]);

    /// <param name="file">A file of its own for the rows.</param>
    /// <returns>Milliseconds.</returns>
    public async Task<double> InsertAsync(BulkRow[] rows, string file, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(file, Json(rows), cancellation);
        return double.Parse(await _python.AskAsync($"{file}\n", _ => true, cancellation), CultureInfo.InvariantCulture);
    }

    public void Dispose() => _python.Dispose();

    private static string Json(BulkRow[] rows) => JsonSerializer.Serialize(rows.Select(r => new
    {
        id = r.Id,
        organization_id = BulkRow.Organization,
        project_id = BulkRow.Project,
        uploaded_by_user_id = BulkRow.User,
        kind = "image",
        file_name = r.FileName,
        upload_source = "bulk",
        s3_bucket = BulkRow.Bucket,
        s3_key_original = r.Key,
        etag = r.ETag,
        sha256 = "\\x" + r.Sha256Text,
        declared_content_type = BulkRow.Mime,
        content_type = BulkRow.Mime,
        declared_size_bytes = r.Size,
        file_size_bytes = r.Size,
        width_px = 6000,
        height_px = 4000,
        orientation = 1,
        exif_data = JsonDocument.Parse(r.Exif).RootElement,
        gps_coordinates = JsonDocument.Parse(r.Gps).RootElement,
        status = "uploaded",
        uploaded_at = "2026-11-21T00:00:00Z",
        awaits_event = "true",
    }));
}
