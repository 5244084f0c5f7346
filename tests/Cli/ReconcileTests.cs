using System.Globalization;

namespace PhotoLambda.Tests;

public class ReconcileTests(CloudFixture cloud)
{
    // Characters that XML, addresses or the order of UTF-16 take for something else.
    private static readonly string[] Odd =
        ["a", "B", "/", "+", " ", "%41", "&", "ü", "\u0001", "\uff5e", "🎈", "..", "'"];

    [Fact]
    public async Task Lost_events_are_found_and_nothing_else()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        using var bucket = await TendedBucket.NewAsync(cloud);
        var keys = Enumerable.Range(0, 1_100)
            .Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{string.Concat(random.GetItems(Odd, random.Next(1, 6)))}{i}"))
            .ToArray();
        random.Shuffle(keys);
        var lost = keys[..11];
        await bucket.PutAsync(keys);
        await bucket.AddTakenInAsync(keys[11..]);
        foreach (var key in lost)
        {
            await bucket.AddRowAsync(key, "pending_upload");
        }

        var (exit, output) = await bucket.PlanAsync();
        Assert.True(exit == 2, output);
        Assert.Contains("1,100 objects, 1,100 rows", output);
        Assert.Equal(
            lost.Select(k => $"look event_lost {k}").Order(StringComparer.Ordinal), bucket.PlannedLines());

        (exit, output) = await bucket.ApplyAsync();
        Assert.True(exit == 0 && output.StartsWith("11 lines done", StringComparison.Ordinal), output);
        await bucket.UntilAsync("""
            select count(*) = 1100 from photos where s3_bucket = $1 and etag is not null
            """, bucket.Name);

        (exit, output) = await bucket.PlanAsync();
        Assert.True(exit == 0 && output.Contains("They agree", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Each_difference_has_its_line_and_is_made_good()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        var deleted = await MakeDifferencesAsync(bucket);

        var (exit, output) = await bucket.PlanAsync("--uploads-older-than", "0s");
        Assert.True(exit == 2, output);
        string[] expected =
        [
            "abort abandoned_upload abandoned", "delete left_over deleted", "look adopt adopted/photo.jpg",
            "look event_lost expired", "look event_lost pending", "look event_lost removed",
            "look object_lost completed", "look overwritten overwritten", "look stray stray",
            "none orphan thumbnails/nobody's.jpg",
        ];
        Assert.Equal(expected, bucket.PlannedLines());

        (exit, output) = await bucket.ApplyAsync();
        Assert.True(exit == 0 && output.StartsWith("9 lines done", StringComparison.Ordinal), output);
        await bucket.UntilAsync("""
            select count(*) filter (where status in ('uploaded', 'processing')) = 5
              and count(*) filter (where failed_by = 'removal') = 1
              and count(*) filter (where upload_source = 'external') = 1
            from photos where s3_bucket = $1 and updated_at > now() - interval '1 hour'
            """, bucket.Name);
        await bucket.UntilAsync("select count(*) = 2 from strays where s3_bucket = $1", bucket.Name);
        await bucket.UntilAsync(
            "select finished_at is null or attempts > 0 from deletions where photo_id = $1", deleted);
        Assert.Equal(1, await bucket.UploadsAsync());

        (exit, output) = await bucket.ApplyAsync();
        Assert.True(exit == 0 && output.Contains("1 of them passed over", StringComparison.Ordinal), output);
        (exit, output) = await bucket.PlanAsync();
        Assert.True(exit == 2 && output.Contains("None of them can be applied", StringComparison.Ordinal), output);
        Assert.Equal(["none orphan thumbnails/nobody's.jpg"], bucket.PlannedLines());
    }

    [Fact]
    public async Task What_changed_lately_is_left_out()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("a", "b");
        await bucket.AddRowAsync("a", "pending_upload");
        await bucket.BeginUploadAsync("c");

        var (exit, output) = await bucket.RunAsync("reconcile", "--bucket", bucket.Name, "--plan", bucket.Plan);

        Assert.True(exit == 0, output);
        Assert.Empty(bucket.PlannedLines());
    }

    [Fact]
    public async Task A_prefix_limits_the_plan()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("2025/a", "2026/a", "2026/b", "2027/a");
        await bucket.AddRowAsync("2025/b", "completed", "e");
        await bucket.AddRowAsync("2026/", "completed", "e");
        await bucket.AddRowAsync("2027/b", "completed", "e");

        var (exit, output) = await bucket.PlanAsync("--prefix", "2026/");

        Assert.True(exit == 2, output);
        Assert.Equal(["look object_lost 2026/", "look stray 2026/a", "look stray 2026/b"], bucket.PlannedLines());
    }

    [Fact]
    public async Task Only_the_chosen_actions_are_done()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("a");
        await bucket.BeginUploadAsync("b");
        await bucket.PlanAsync("--uploads-older-than", "0s");
        bucket.Environment["PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL"] = null;

        var (exit, output) = await bucket.ApplyAsync("--actions", "abort");

        Assert.True(exit == 0 && output.Contains("1 line left as before", StringComparison.Ordinal), output);
        Assert.Equal(0, await bucket.UploadsAsync());
    }

    [Fact]
    public async Task An_upload_that_a_photo_waits_for_is_not_aborted()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        var upload = await bucket.BeginUploadAsync("a");
        await bucket.PlanAsync("--uploads-older-than", "0s");
        await bucket.AddRowAsync("a", "pending_upload", uploadId: upload);

        var (exit, output) = await bucket.ApplyAsync();

        Assert.True(exit == 0 && output.Contains("1 of them passed over", StringComparison.Ordinal), output);
        Assert.Equal(1, await bucket.UploadsAsync());
    }

    [Fact]
    public async Task A_plan_deletes_nothing_that_is_anothers()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        var photo = Guid.CreateVersion7();
        await bucket.PutAsync("a", "b");
        await bucket.AddDeletionAsync(photo, "a", isFinished: true);
        await bucket.PlanAsync();
        var plan = await File.ReadAllTextAsync(bucket.Plan, TestContext.Current.CancellationToken);
        plan = plan.Replace("\"key\":\"a\"", "\"key\":\"b\"", StringComparison.Ordinal).Replace(
            TendedBucket.ETag(TendedBucket.Photo("a")), TendedBucket.ETag(TendedBucket.Photo("b")),
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(bucket.Plan, plan, TestContext.Current.CancellationToken);

        var (exit, output) = await bucket.ApplyAsync("--actions", "delete");

        Assert.True(exit == 0 && output.Contains("1 of them passed over", StringComparison.Ordinal), output);
        Assert.Equal(["a"], (string[])(await cloud.RowAsync(
            "select s3_keys from deletions where photo_id = $1", photo))[0]!);
    }

    [Fact]
    public async Task What_is_made_of_a_deleted_photo_is_left_over()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.AddDeletionAsync(Guid.CreateVersion7(), "a", isFinished: true);
        await bucket.PutAsync("public/a", "thumbnails/a.jpg");

        await bucket.PlanAsync();

        Assert.Equal(["delete left_over public/a", "delete left_over thumbnails/a.jpg"], bucket.PlannedLines());
    }

    [Fact]
    public async Task An_object_that_came_anew_is_not_deleted()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        var photo = Guid.CreateVersion7();
        await bucket.PutAsync("a");
        await bucket.AddDeletionAsync(photo, "a", isFinished: true);
        await bucket.PlanAsync();
        Assert.Equal(["delete left_over a"], bucket.PlannedLines());
        using (var s3 = cloud.S3())
        {
            await s3.PutObjectAsync(
                new() { BucketName = bucket.Name, Key = "a", ContentBody = "another" },
                TestContext.Current.CancellationToken);
        }

        var (exit, output) = await bucket.ApplyAsync();

        Assert.True(exit == 0 && output.Contains("1 of them passed over", StringComparison.Ordinal), output);
        Assert.Equal(
            [true], await cloud.RowAsync("select finished_at is not null from deletions where photo_id = $1", photo));
    }

    /// <returns>The photo whose deletion is finished.</returns>
    private static async Task<Guid> MakeDifferencesAsync(TendedBucket bucket)
    {
        var deleted = Guid.CreateVersion7();
        await bucket.PutAsync(
            "pending", "expired", "removed", "overwritten", "same", "stray", "known stray", "adopted/photo.jpg",
            "deleted", "going", "thumbnails/nobody's.jpg", "failed by inspection");
        await bucket.AddRowAsync("pending", "pending_upload");
        await bucket.AddRowAsync("expired", "failed", failedBy: "deadline");
        await bucket.AddRowAsync("removed", "failed", failedBy: "removal");
        await bucket.AddRowAsync("overwritten", "completed", "of another version");
        await bucket.AddRowAsync("completed", "completed", "e");
        await bucket.AddTakenInAsync(["same"]);
        const string wrong = "failed by inspection";
        await bucket.AddRowAsync(wrong, "failed", TendedBucket.ETag(TendedBucket.Photo(wrong)), "inspection");
        await bucket.AddRowAsync("failed, and gone", "failed", "e", "inspection");
        await bucket.AddRowAsync("waiting", "pending_upload");
        await bucket.AddDeletionAsync(deleted, "deleted", isFinished: true);
        await bucket.AddDeletionAsync(Guid.CreateVersion7(), "going", isFinished: false);
        await bucket.UntilAsync("""
            with noted as (insert into strays (s3_bucket, s3_key, etag) values ($1, 'known stray', $2) returning 1)
            select true from noted
            """, bucket.Name, TendedBucket.ETag(TendedBucket.Photo("known stray")));
        await bucket.RunAsync("adopt", "--bucket", bucket.Name, "--prefix", "adopted/",
            "--organization", bucket.Organization, "--project", $"{bucket.Project}");
        await bucket.BeginUploadAsync("abandoned");
        await bucket.AddRowAsync("awaited", "pending_upload", uploadId: await bucket.BeginUploadAsync("awaited"));
        return deleted;
    }
}
