using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>Objects that another system puts into a bucket.</summary>
public sealed class AdoptionTests(CloudFixture cloud)
{
    private readonly string _prefix = $"import {Guid.NewGuid():n}/";

    [Fact]
    public async Task An_object_under_an_adopted_prefix_becomes_a_photo()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await AdoptAsync(client, _prefix);
        var key = $"{_prefix}Ünder wäys+1.jpg";

        var item = await PutAsync(key, ImageBuilder.Jpeg(length: 4096), "application/octet-stream");
        await InvokeAsync(item.Event(), item.Event());
        await InvokeAsync(item.Event());

        var page = (await client.SendAsync(HttpMethod.Get, $"/api/v1/photos?project_id={project}")).Body;
        var photo = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal("processing", photo.GetProperty("status").GetString());
        Assert.Equal("Ünder wäys+1.jpg", photo.GetProperty("file_name").GetString());
        Assert.Equal("image/jpeg", photo.GetProperty("mime_type").GetString());
        Assert.Equal(["external", 64], await cloud.RowAsync(
            "select upload_source, width_px from photos where s3_key_original = $1", key));
    }

    [Fact]
    public async Task The_longest_prefix_says_whose_it_is()
    {
        using var wide = await cloud.NewOrganizationAsync();
        using var narrow = await cloud.NewOrganizationAsync();
        await AdoptAsync(wide, _prefix);
        await AdoptAsync(narrow, _prefix + "narrow/");

        var item = await PutAsync($"{_prefix}narrow/a.png", ImageBuilder.Png(length: 4096), "image/png");
        await InvokeAsync(item.Event());

        Assert.Equal([narrow.Organization], await cloud.RowAsync(
            "select organization_id from photos where s3_key_original = $1", item.Key));
    }

    [Fact]
    public async Task What_the_project_does_not_take_is_adopted_as_failed()
    {
        using var client = await cloud.NewOrganizationAsync();
        await AdoptAsync(client, _prefix);

        var item = await PutAsync($"{_prefix}page.jpg", [.. "<html><script>"u8], "image/jpeg");
        await InvokeAsync(item.Event());

        var row = await cloud.RowAsync(
            "select status, failure_reason from photos where s3_key_original = $1", item.Key);
        Assert.Equal("failed", row[0]);
        Assert.Equal(
            "type_mismatch: the project takes image/jpeg, image/png, the content is of no known type", row[1]);
    }

    [Fact]
    public async Task Two_deliveries_at_once_adopt_one_photo()
    {
        using var client = await cloud.NewOrganizationAsync();
        await AdoptAsync(client, _prefix);
        var items = new List<StoredPhoto>();
        for (var i = 0; i < 5; i++)
        {
            items.Add(await PutAsync($"{_prefix}{i}.jpg", ImageBuilder.Jpeg(length: 4096), "image/jpeg"));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => UntilDoneAsync([.. items.Select(i => i.Event())])));

        Assert.Equal([5L, 5L], await cloud.RowAsync(
            """
            select count(distinct p.id), count(*) from photos p join outbox o on o.photo_id = p.id
            where starts_with(s3_key_original, $1)
            """, _prefix));
    }

    [Fact]
    public async Task An_object_that_is_nobodys_is_noted_until_it_goes()
    {
        var item = await PutAsync($"{_prefix}stray.jpg", ImageBuilder.Jpeg(length: 4096), "image/jpeg");

        await InvokeAsync(item.Event());
        Assert.Equal([false, item.ETag], await StrayAsync(item));

        var removed = item with { Sequencer = item.Sequencer + "1" };
        await InvokeAsync(removed.Event("ObjectRemoved:Delete"));
        await InvokeAsync(item.Event());
        Assert.Equal([true], (await StrayAsync(item))[..1]);

        await InvokeAsync(ObjectLooks.Message([(item.Bucket, item.Key)]));
        Assert.Equal([false, item.ETag], await StrayAsync(item));
    }

    [Fact]
    public async Task What_the_functions_write_themselves_is_no_upload()
    {
        var item = await PutAsync($"thumbnails/{_prefix}a.jpg", ImageBuilder.Jpeg(length: 4096), "image/jpeg");

        await InvokeAsync(item.Event());

        Assert.Empty(await StrayAsync(item));
    }

    [Fact]
    public async Task The_object_of_a_photo_that_is_being_deleted_is_not_adopted()
    {
        using var client = await cloud.NewOrganizationAsync();
        await AdoptAsync(client, _prefix);
        var item = await PutAsync($"{_prefix}a.jpg", ImageBuilder.Jpeg(length: 4096), "image/jpeg");
        await cloud.RowAsync(
            """
            insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, due_at)
            values (gen_random_uuid(), $1, $2, array[$3], now() + interval '1 hour') returning 1
            """, client.Organization, item.Bucket, item.Key);

        await InvokeAsync(item.Event());

        Assert.Empty(await StrayAsync(item));
        Assert.Empty(await cloud.RowAsync("select 1 from photos where s3_key_original = $1", item.Key));
    }

    private async Task<string> AdoptAsync(ApiClient client, string prefix)
    {
        var project = await client.NewProjectAsync();
        await cloud.RowAsync(
            """
            insert into adoptions (s3_bucket, key_prefix, organization_id, project_id)
            values ($1, $2, $3, $4) returning 1
            """, CloudFixture.QuietBucket, prefix, client.Organization, Guid.Parse(project));
        return project;
    }

    private async Task<StoredPhoto> PutAsync(string key, byte[] bytes, string type)
    {
        var photo = new StoredPhoto(Guid.Empty, CloudFixture.QuietBucket, key, "");
        return photo with { ETag = await photo.PutAsync(cloud, bytes, type), Size = bytes.Length };
    }

    private async Task InvokeAsync(params string[] events)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(Messages(events))));
    }

    private async Task UntilDoneAsync(string[] events)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        while (LoneOnObjectCreated.Failures(await function.InvokeAsync(Messages(events))).Any())
        {
            // What another delivery was adopting comes again.
        }
    }

    private static string Messages(string[] events) =>
        LoneOnObjectCreated.Messages([.. events.Select((e, i) => ($"m{i}", e))]);

    private Task<object?[]> StrayAsync(StoredPhoto item) => cloud.RowAsync(
        "select is_removed, etag from strays where s3_bucket = $1 and s3_key = $2", item.Bucket, item.Key);
}
