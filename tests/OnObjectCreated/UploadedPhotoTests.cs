using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>From the PUT to what the client sees and the detector gets.</summary>
[AnyFlavor]
public class UploadedPhotoTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_photo_goes_from_the_ticket_to_the_detection_queue()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera(orientation: 6), length: 20_000);
        var ticket = await client.NewTicketAsync(
            await client.NewProjectAsync(), bytes, sha256: Convert.ToHexString(SHA256.HashData(bytes)));

        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        var photo = await client.UntilAsync(ticket, "processing");

        Assert.Equal((640, 480), (photo.GetProperty("width").GetInt32(), photo.GetProperty("height").GetInt32()));
        var display = (photo.GetProperty("display_width").GetInt32(), photo.GetProperty("display_height").GetInt32());
        Assert.Equal((480, 640), display);
        Assert.Equal(20_000, photo.GetProperty("file_size").GetInt32());
        Assert.Equal("image/jpeg", photo.GetProperty("mime_type").GetString());
        Assert.Equal("[]", photo.GetProperty("metadata_errors").GetRawText());
        var exif = photo.GetProperty("exif_data");
        Assert.Equal("PhotoLambda", exif.GetProperty("camera_make").GetString());
        Assert.Equal("Test Camera", exif.GetProperty("camera_model").GetString());
        Assert.Equal("Test Lens 50mm", exif.GetProperty("lens_model").GetString());
        Assert.Equal(6, exif.GetProperty("orientation").GetInt32());
        Assert.Equal("1/250", exif.GetProperty("exposure_time").GetString());
        Assert.Equal(200, exif.GetProperty("iso").GetInt32());
        Assert.Equal("2024-05-01T09:30:00", exif.GetProperty("taken_at").GetString());
        Assert.Equal("+02:00", exif.GetProperty("taken_at_offset").GetString());
        Assert.Equal("exif_original", exif.GetProperty("taken_at_source").GetString());
        Assert.Equal(46.5, exif.GetProperty("gps_coordinates").GetProperty("latitude").GetDouble());
        Assert.Equal(8.25, exif.GetProperty("gps_coordinates").GetProperty("longitude").GetDouble());
    }

    [Fact]
    public async Task Row_timeline_and_job_are_written_together()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Png(length: 4096);
        var (id, _) = await UploadAsync(client, bytes, "image/png", "processing");

        var row = await cloud.RowAsync(
            """
            select p.status, p.taken_at, p.sequencer is not null, p.extractor_version, o.message::text,
              o.published_at is not null,
              (select string_agg(to_status || ':' || cause, ', ' order by e.id)
                from photo_events e where e.photo_id = p.id)
            from photos p join outbox o on o.photo_id = p.id where p.id = $1
            """, id);

        Assert.Equal("processing", row[0]);
        Assert.Null(row[1]);
        Assert.Equal([true, MediaReader.ExtractorVersion], row[2..4]);
        Assert.Equal(true, row[5]);
        Assert.Equal("pending_upload:ticket issued, uploaded:object created, processing:job queued", row[6]);
        var job = JsonDocument.Parse((string)row[4]!).RootElement;
        Assert.Equal(id, job.GetProperty("photo_id").GetGuid());
        Assert.Equal(client.Organization, job.GetProperty("organization_id").GetString());
        Assert.Equal("normal", job.GetProperty("priority").GetString());
        Assert.EndsWith($"{id}.png", job.GetProperty("s3_url").GetString());
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/jpeg")]
    public async Task A_file_that_is_not_what_was_declared_fails_without_a_job(string declared)
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = declared == "image/png" ? ImageBuilder.Jpeg(length: 2048) : "This is no picture. "u8.ToArray();
        var (id, photo) = await UploadAsync(client, [.. bytes, .. new byte[2048 - bytes.Length]], declared, "failed");

        Assert.StartsWith("type_mismatch", photo.GetProperty("failure_reason").GetString());
        Assert.Equal([0L], await cloud.RowAsync("select count(*) from outbox where photo_id = $1", id));
    }

    [Fact]
    public async Task A_picture_of_too_many_pixels_fails_without_a_job()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(64, 64, length: 4096);
        // SOF0's height and width: 65,500 × 65,500 in a few kilobytes.
        var frame = bytes.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        new byte[] { 0xFF, 0xDC, 0xFF, 0xDC }.CopyTo(bytes, frame + 5);
        var (id, photo) = await UploadAsync(client, bytes, "image/jpeg", "failed");

        Assert.StartsWith("too_many_pixels", photo.GetProperty("failure_reason").GetString());
        Assert.Equal([0L], await cloud.RowAsync("select count(*) from outbox where photo_id = $1", id));
    }

    [Fact]
    public async Task A_truncated_JPEG_is_uploaded_and_says_what_is_wrong()
    {
        using var client = await cloud.NewOrganizationAsync();
        var whole = ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera(), length: 8192);

        var (_, photo) = await UploadAsync(client, whole[..4096], "image/jpeg", "processing");

        var codes = photo.GetProperty("metadata_errors").EnumerateArray().Select(e => e.GetProperty("code").GetString());
        Assert.Contains("truncated", codes);
    }

    [Fact]
    public async Task Real_camera_photos_go_through()
    {
        Missing.SkipUnless(Repository.Photos is not null, "../shared/photos is not there (set PHOTOLAMBDA_PHOTOS)");
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Photos!, "jpg"), "*.jpg");
        foreach (var file in files.Order(StringComparer.Ordinal).Take(12))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            if (bytes.Length < 1024)
            {
                continue;
            }

            var ticket = await client.NewTicketAsync(project, bytes);
            Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
            var photo = await client.UntilAsync(ticket, "processing", "failed");
            Assert.Equal((file, "processing"), (file, photo.GetProperty("status").GetString()));
        }
    }

    [Fact]
    public async Task A_processor_ends_the_photo_with_its_detections_once()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, _) = await UploadAsync(client, ImageBuilder.Jpeg(length: 2048), "image/jpeg", "processing");
        var path = $"/api/v1/photos/{id}/status";
        var report = new { status = "completed", detections = new[] { new { label = "boat", score = 0.9 } } };

        var (first, photo) = await client.SendAsync(HttpMethod.Patch, path, report);
        var (again, _) = await client.SendAsync(HttpMethod.Patch, path, report);
        var (other, problem) = await client.SendAsync(
            HttpMethod.Patch, path, new { status = "failed", failure_reason = "second thoughts" });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict), (first, again, other));
        Assert.Equal("boat", photo.GetProperty("detections")[0].GetProperty("label").GetString());
        Assert.Contains("completed", problem.GetProperty("detail").GetString());
        Assert.Equal([1L], await cloud.RowAsync(
            "select count(*) from photo_events where photo_id = $1 and to_status = 'completed'", id));
    }

    [Theory]
    [InlineData("{\"status\":\"uploaded\"}", "status", "completed or failed")]
    [InlineData("{\"status\":\"failed\"}", "failure_reason", "1 to 500")]
    [InlineData("{\"status\":\"completed\",\"failure_reason\":\"x\"}", "failure_reason", "absent")]
    [InlineData("{\"status\":\"completed\",\"detections\":{}}", "detections", "array")]
    [InlineData("{\"status\":\"completed\",\"detections\":[\"\\u0000\"]}", "detections", "array")]
    [InlineData("{\"status\":\"completed\",\"detections\":[\"\\ud800\"]}", "detections", "Unicode")]
    [InlineData("{\"status\":\"completed\",\"detections\":[1e999999]}", "detections", "range")]
    public async Task A_bad_report_is_refused(string json, string field, string limit)
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);

        var (status, problem) = await client.SendJsonAsync(
            HttpMethod.Patch, $"/api/v1/photos/{ticket.GetProperty("photo_id").GetString()}/status", json);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = problem.GetProperty("errors")[0];
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains(limit, error.GetProperty("limit").GetString());
    }

    [Fact]
    public async Task A_photo_that_was_never_uploaded_cannot_be_completed()
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);

        var (status, _) = await client.SendAsync(
            HttpMethod.Patch,
            $"/api/v1/photos/{ticket.GetProperty("photo_id").GetString()}/status",
            new { status = "completed" });

        Assert.Equal(HttpStatusCode.Conflict, status);
    }

    private static async Task<(Guid Id, JsonElement Photo)> UploadAsync(
        ApiClient client, byte[] bytes, string type, string until)
    {
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes, type);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        return (ticket.GetProperty("photo_id").GetGuid(), await client.UntilAsync(ticket, until));
    }
}
