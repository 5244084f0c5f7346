using System.Text;

namespace PhotoLambda.Tests;

public class InventoryTests(CloudFixture cloud)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_of_an_inventory_are_registered(bool isInBucket)
    {
        string[] keys = [.. Enumerable.Range(0, 600).Select(i => $"a/{i:d3}.jpg"), "a/sp ace+%ü\".jpg"];
        using var stage = await BackfillStage.NewAsync(cloud, keys);
        using var inventory = new InventoryFixture(stage.Bucket.Name);
        inventory.Add(string.Concat(keys[..300].Select(k => inventory.Row(k)))
            + inventory.Row("a/old.jpg", isLatest: false) + inventory.Row("a/gone.jpg", isDeleteMarker: true));
        inventory.Add(string.Concat(keys[300..].Select(k => inventory.Row(k))) + inventory.Row("b/else.jpg"));
        var manifest = inventory.Write();
        if (isInBucket)
        {
            manifest = await UploadAsync(stage, inventory, 2);
        }

        var (exit, output) = await stage.BackfillAsync("a/", "--inventory", manifest);

        Assert.True(exit == 0, output);
        Assert.Contains("601 objects sent in 3 messages.", output);
        Assert.Contains("Left out: 2, older version or deleted.", output);
        Assert.Contains("Left out: 1, outside of the prefix.", output);
        Assert.Contains("601 objects: 601 stored", output);
        Assert.Equal([601L, 601L], await cloud.RowAsync("""
            select count(*), count(*) filter (where s3_key_original = any ($2)) from photos where s3_bucket = $1
            """, stage.Bucket.Name, keys));
    }

    [Fact]
    public async Task Without_a_place_all_of_the_source_is_registered()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "1.jpg");
        using var inventory = new InventoryFixture(stage.Bucket.Name);
        inventory.Json["fileSchema"] = "Bucket, Key, Size, LastModifiedDate, ETag";
        inventory.Add($"{stage.Bucket.Name},1.jpg,40,2026-11-06T21:32:00.000Z,0f-2\r\n");

        var (exit, output) = await stage.RunAsync(["backfill", "--inventory", inventory.Write(), .. stage.Owner]);

        Assert.True(exit == 0, output);
        Assert.Contains($"Adopted s3://{stage.Bucket.Name}/:", output);
        Assert.Contains("1 object: 1 stored", output);
    }

    [Theory]
    [InlineData("fileFormat", "ORC", "the inventory is in the format ORC; only CSV can be read.")]
    [InlineData("fileFormat", "Parquet", "the inventory is in the format Parquet; only CSV can be read.")]
    [InlineData("fileFormat", null, "this has not all.")]
    [InlineData("fileSchema", "Bucket, Key, Size, ETag", "the inventory has no column LastModifiedDate, only Bucket")]
    [InlineData("sourceBucket", "elsewhere", "is an inventory of the bucket elsewhere, not of ")]
    [InlineData("sourceBucket", "x/y", "sourceBucket must be a bucket's name; it is 'x/y'.")]
    public async Task A_manifest_of_another_kind_is_refused(string member, string? value, string message)
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        using var inventory = new InventoryFixture(stage.Bucket.Name);
        inventory.Json[member] = value;

        await IsRefusedAsync(stage, inventory.Write(), message);
    }

    [Theory]
    [InlineData("\"B\",\"k.jpg\"\n", "line 1: it has 2 columns; the manifest names 5.")]
    [InlineData("B,k.jpg,1,2026-11-06T21:32:00Z,e\nelse,k.jpg,1,2026-11-06T21:32:00Z,e\n",
        "line 2: it is of the bucket 'else'; the manifest names ")]
    [InlineData("B,k.jpg,-1,2026-11-06T21:32:00Z,e\n", "line 1: Size must be a number; it is '-1'.")]
    [InlineData("B,k.jpg,1,yesterday,e\n", "line 1: LastModifiedDate must be a time; it is 'yesterday'.")]
    [InlineData("B,\"k.jpg,1,2026-11-06T21:32:00Z,e\n", "line 1 is no CSV: it has no closing quotation mark.")]
    [InlineData("B,\"k\".jpg,1,2026-11-06T21:32:00Z,e\n",
        "line 1 is no CSV: it has something behind a closing quotation mark.")]
    [InlineData("B,k\".jpg,1,2026-11-06T21:32:00Z,e\n", "line 1 is no CSV: it has a quotation mark in a field without")]
    [InlineData("commas", "line 1 is no CSV: it has more than 100 columns.")]
    [InlineData("bomb", "line 1 is no CSV: it is longer than 65536 characters.")]
    public async Task A_file_that_is_no_inventory_is_refused(string text, string message)
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        using var inventory = new InventoryFixture(stage.Bucket.Name);
        inventory.Json["fileSchema"] = "Bucket, Key, Size, LastModifiedDate, ETag";
        inventory.Add(text switch
        {
            "commas" => new string(',', 1_000_000),
            "bomb" => new string('a', 50_000_000),
            _ => text.Replace("B,", $"{stage.Bucket.Name},", StringComparison.Ordinal),
        });

        await IsRefusedAsync(stage, inventory.Write(), message);
    }

    [Fact]
    public async Task A_file_that_was_changed_or_is_away_is_refused()
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        using var inventory = new InventoryFixture(stage.Bucket.Name);
        inventory.Add(inventory.Row("a/1.jpg"));
        inventory.AddBytes(Encoding.UTF8.GetBytes("not compressed"));
        var manifest = inventory.Write();
        await IsRefusedAsync(stage, manifest, "1.csv.gz is not compressed by gzip, or damaged.");

        await File.AppendAllTextAsync(inventory.DataFile(0), "x", TestContext.Current.CancellationToken);
        await IsRefusedAsync(stage, manifest, "0.csv.gz is not what the manifest tells of: it has ");
        File.Delete(inventory.DataFile(0));
        await IsRefusedAsync(stage, manifest, "If it is in S3 still, give the manifest by its s3:// URL.");
        await File.WriteAllTextAsync(manifest, "{\"files\":", TestContext.Current.CancellationToken);
        await IsRefusedAsync(stage, manifest, "is no manifest of an inventory of S3: it is no JSON of the kind at");
        await File.WriteAllBytesAsync(manifest, new byte[5_000_000], TestContext.Current.CancellationToken);
        await IsRefusedAsync(stage, manifest, "is no manifest of an inventory: these have 1 to 4194304 bytes.");
        File.Delete(manifest);
        await IsRefusedAsync(stage, manifest, "Could not find file");
        Assert.Equal(0, await stage.PhotosAsync());
    }

    [Fact]
    public async Task An_inventory_in_a_bucket_must_be_where_it_says()
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        using var inventory = new InventoryFixture(stage.Bucket.Name);
        inventory.Add(inventory.Row("a/1.jpg"));
        var manifest = await UploadAsync(stage, inventory, 0);
        await IsRefusedAsync(stage, manifest, $"The store answered 404 where s3://{stage.Bucket.Name}/inventories/");
        await IsRefusedAsync(stage, $"s3://{stage.Bucket.Name}/nothing", "/nothing was asked for");
        inventory.Json["destinationBucket"] = "arn:aws:s3:::elsewhere";
        await UploadAsync(stage, inventory, 0);
        await IsRefusedAsync(stage, manifest, "says that its files are in the bucket elsewhere");
    }

    private static async Task IsRefusedAsync(BackfillStage stage, string manifest, string message)
    {
        var (exit, output) = await stage.BackfillAsync("", "--no-wait", "--inventory", manifest);

        Assert.True(exit == 1, output);
        Assert.Contains(message, output);
        Assert.DoesNotContain("   at ", output);
    }

    /// <returns>The URL of the manifest.</returns>
    private async Task<string> UploadAsync(BackfillStage stage, InventoryFixture inventory, int files)
    {
        using var s3 = cloud.S3();
        var folder = $"inventories/{stage.Bucket.Name}/all";
        for (var i = 0; i < files; i++)
        {
            await PutAsync($"{folder}/data/{i}.csv.gz", inventory.DataFile(i));
        }

        await PutAsync($"{folder}/manifest.json", inventory.Write());
        return $"s3://{stage.Bucket.Name}/{folder}/manifest.json";

        Task PutAsync(string key, string path) => s3.PutObjectAsync(
            new() { BucketName = stage.Bucket.Name, Key = key, FilePath = path },
            TestContext.Current.CancellationToken);
    }
}
