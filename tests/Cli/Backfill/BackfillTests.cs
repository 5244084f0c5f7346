namespace PhotoLambda.Tests;

public class BackfillTests(CloudFixture cloud)
{
    [Fact]
    public async Task Objects_are_registered_once_however_often_it_runs()
    {
        using var stage = await BackfillStage.NewAsync(
            cloud, [.. Enumerable.Range(0, 1_200).Select(i => $"drone/{i:d4}.jpg"), "else/1.jpg"]);

        var (exit, output) = await stage.BackfillAsync("drone/", "--detect", "boats,birds", "--priority", "high");

        Assert.True(exit == 0, output);
        Assert.Contains($"Adopted s3://{stage.Bucket.Name}/drone/", output);
        Assert.Contains("1,200 objects sent in 5 messages.", output);
        Assert.Contains("1,200 objects: 1,200 stored, 0 were there, 0 rejected", output);
        var batch = BackfillStage.BatchOf(output);
        Assert.Equal(["backfill", 1200L, stage.Bucket.Organization], await cloud.RowAsync(
            "select source, total, organization_id from ingest_batches where id::text = $1", batch));
        Assert.Equal([1200L, 1200L], await cloud.RowAsync("""
            select count(*), count(*) filter (where length(etag) = 32
              and detection_types = '{boats,birds}' and priority = 'high' and uploaded_at < now()
              and file_name = substr(s3_key_original, 7) and upload_source = 'bulk')
            from photos where bulk_id::text = $1
            """, batch));

        (exit, output) = await stage.BackfillAsync("drone/");

        Assert.True(exit == 0, output);
        Assert.DoesNotContain("Adopted", output);
        Assert.Contains("1,200 objects: 0 stored, 1,200 were there, 0 rejected", output);
        Assert.Equal(1_200, await stage.PhotosAsync());
    }

    [Fact]
    public async Task What_cannot_be_a_photo_is_left_out_and_counted()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "a.JPEG", "b.txt", "jpg", "folder/", "thumbnails/a.jpg",
            "public/a.jpg", "sp ace+ü\u202e.png", "c/../d.tif");
        using (var s3 = cloud.S3())
        {
            await s3.PutObjectAsync(
                new() { BucketName = stage.Bucket.Name, Key = "empty.jpg", ContentBody = "" },
                TestContext.Current.CancellationToken);
        }

        await stage.AcceptAsync("image/jpeg", "image/png", "image/tiff");
        var (exit, output) = await stage.BackfillAsync("", "--no-inspect", "--no-wait");

        Assert.True(exit == 0, output);
        Assert.Contains("3 objects sent in 1 message.", output);
        Assert.Contains("Left out: 2, below thumbnails/ or public/.", output);
        Assert.Contains("Left out: 2, no photo or sound by its name.", output);
        Assert.Contains("Left out: 1, marker of a folder.", output);
        Assert.Contains("Left out: 1, empty.", output);
        var batch = BackfillStage.BatchOf(output);
        Assert.Contains($"photolambda backfill --batch-id {batch}", output);
        (exit, output) = await stage.RunAsync("backfill", "--batch-id", batch);
        Assert.True(exit == 0, output);
        Assert.Contains("3 objects: 3 stored, 0 were there, 0 rejected", output);
        const string registered = "c/../d.tif image/tiff, sp ace+ü\u202e.png image/png, a.JPEG image/jpeg";
        Assert.Equal([registered], await cloud.RowAsync("""
            select string_agg(s3_key_original || ' ' || content_type, ', ' order by content_type desc) from photos
            where s3_bucket = $1 and extractor_version = 0
            """, stage.Bucket.Name));
    }

    [Fact]
    public async Task Rejects_are_named_by_their_causes()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "x/1.jpg", "x/2.png", "x/3.png");
        await stage.AcceptAsync("image/jpeg");

        var (exit, output) = await stage.BackfillAsync("x/");

        Assert.True(exit == 2, output);
        Assert.Contains("3 objects: 1 stored, 0 were there, 2 rejected", output);
        Assert.Contains("23514     mime_type        2  x/2.png  must be what the project takes: image/jpeg", output);
        Assert.Contains($"photolambda redrive --rejects --batch {BackfillStage.BatchOf(output)}", output);
    }

    [Fact]
    public async Task Keys_below_the_projects_id_need_no_adoption()
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        var prefix = $"{stage.Bucket.Project}/";
        await stage.Bucket.PutAsync($"{prefix}1.jpg");

        var (exit, output) = await stage.BackfillAsync(prefix);

        // They are the project's in the originals bucket alone, which this is not.
        Assert.True(exit == 2, output);
        Assert.Contains("42501", output);
        stage.Environment["PHOTOLAMBDA_ORIGINALS_BUCKET"] = cloud.Bucket;
        (exit, output) = await stage.BackfillAsync(prefix);
        Assert.True(exit == 0, output);
        Assert.Contains("Adopted", output);
        Assert.Contains("1 stored", output);
    }

    [Fact]
    public async Task A_prefix_of_another_project_is_refused()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "theirs/1.jpg");
        using var other = await TendedBucket.NewAsync(cloud);
        await other.RunAsync("adopt", "--bucket", stage.Bucket.Name, "--prefix", "theirs/", "--organization",
            other.Organization, "--project", $"{other.Project}");

        var (exit, output) = await stage.BackfillAsync("theirs/1");

        Assert.True(exit == 1, output);
        Assert.Contains($"lies below the prefix 'theirs/', which is adopted for project {other.Project}", output);
        stage.Environment["PHOTOLAMBDA_ORIGINALS_BUCKET"] = stage.Bucket.Name;
        (exit, output) = await stage.BackfillAsync("");
        Assert.True(exit == 1, output);
        Assert.Contains("is all of the originals bucket, which no single project may have", output);
    }

    [Fact]
    public async Task Nothing_to_register_is_done_at_once()
    {
        using var stage = await BackfillStage.NewAsync(cloud);

        var (exit, output) = await stage.BackfillAsync("none/");

        Assert.True(exit == 0, output);
        Assert.Contains("0 objects: 0 stored, 0 were there, 0 rejected", output);
    }
}
