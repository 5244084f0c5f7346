using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>From descriptors to rows, timelines, jobs and looks.</summary>
public sealed class BulkIngestTests(CloudFixture cloud)
{
    [Fact]
    public async Task Every_member_of_a_descriptor_is_in_the_row()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var id = Guid.CreateVersion7();
        var descriptor = stage.Descriptor("a");
        foreach (var (name, value) in JsonNode.Parse($$"""
            {
              "id": "{{id}}", "s3_bucket": "{{BulkStage.Bucket}}", "file_name": "Möwe \"1\".jpg", "etag": "0f-1",
              "version_id": "v1", "sha256": "{{new string('a', 64)}}", "uploaded_at": "2024-05-01T12:30:00.5+02:00",
              "uploaded_by_user_id": "ada", "session_id": "s-1", "detection_types": ["boats", "birds"],
              "priority": "high", "width": 6000, "height": 4000, "display_width": 4000, "display_height": 6000,
              "exif_data": {
                "gps_coordinates": {"latitude": 53.5, "longitude": -9.9, "altitude_m": 3},
                "camera_make": "Canon", "orientation": 6, "taken_at": "2024-05-01T12:29:58.25",
                "taken_at_offset": "-03:30", "taken_at_source": "exif_original"
              }
            }
            """)!.AsObject())
        {
            descriptor[name] = value!.DeepClone();
        }

        Assert.Empty(await stage.Function.IngestAsync([BulkStage.Message(descriptor)]));

        Assert.Empty(await stage.RowsAsync("select sqlstate, field, reason from ingest_rejects"));
        Assert.Equal(
            [
                $"{id},{BulkStage.Organization},{stage.Project},ada,s-1,image,Möwe \"1\".jpg,bulk,archive,"
                + $"{stage.Project}/a.jpg,0f-1,v1,{new string('a', 64)},image/jpeg,4000000,6000,4000,4000,6000,6,"
                + "Canon,53.5,3,2024-05-01 12:29:58.25,-210,exif_original,processing,{boats,birds},high,"
                + "2024-05-01 10:30:00.5+00",
            ],
            await stage.RowsAsync("""
                select concat_ws(',', id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name,
                  upload_source, s3_bucket, s3_key_original, etag, version_id, encode(sha256, 'hex'), content_type,
                  file_size_bytes, width_px, height_px, display_width_px, display_height_px, orientation,
                  exif_data->>'camera_make', gps_coordinates->>'latitude', gps_coordinates->>'altitude_m', taken_at,
                  taken_at_offset_minutes, taken_at_source, status, detection_types, priority, uploaded_at)
                from photos where not exif_data ? 'gps_coordinates'
                """));
    }

    [Fact]
    public async Task A_photo_comes_with_its_timeline_its_job_and_a_look_at_its_object()
    {
        await using var stage = await BulkStage.NewAsync(cloud);

        Assert.Empty(await stage.Function.IngestAsync(
            [BulkStage.Message(stage.Descriptor("a"), stage.Descriptor("b"))]));

        Assert.Equal(
            ["processing,2,registered in bulk", "processing,2,registered in bulk"],
            await stage.RowsAsync("""
                select p.status, count(*) over (), e.cause from photos p
                join photo_events e on e.photo_id = p.id and e.to_status = 'uploaded'
                join outbox o on o.photo_id = p.id and o.job_id = p.id and o.published_at is not null
                """));
        Assert.Empty(await stage.RowsAsync("select 1 from ingest_staging"));
        Assert.Empty(await stage.RowsAsync("select 1 from outbox where queue = 'look'"));
    }
}
