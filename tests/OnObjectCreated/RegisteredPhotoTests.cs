using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>What was registered in bulk has its job; looks and events only tell whether it is what was told.</summary>
public sealed class RegisteredPhotoTests(CloudFixture cloud, RegisteredPhotos photos)
    : IClassFixture<RegisteredPhotos>, IAsyncLifetime
{
    private static readonly byte[] Bytes = ImageBuilder.Jpeg(length: 4096);

    private LoneOnObjectCreated _function = null!;

    public async ValueTask InitializeAsync() => _function = await photos.StartFunctionAsync();

    public ValueTask DisposeAsync() => _function.DisposeAsync();

    [Theory]
    [InlineData("look,look", true)]
    [InlineData("look,look", false)]
    [InlineData("look,event,event", true)]
    [InlineData("look,event,event", false)]
    [InlineData("event,look", true)]
    [InlineData("event,look", false)]
    public async Task It_is_read_and_keeps_its_only_job(string news, bool isETagTold)
    {
        var photo = await photos.NewAsync(Bytes, isETagTold ? null : d => d.Remove("etag"));
        Assert.True(await photos.IsLookedAtAsync(photo));

        foreach (var item in news.Split(','))
        {
            await TellAsync(photo, item);
            Assert.Equal("processing,,1,1,64", await photos.StateAsync(photo));
        }

        var isConfirmed = news.Contains("event", StringComparison.Ordinal);
        Assert.Equal($"{photo.ETag},{!isConfirmed},{isConfirmed},True", await photos.TellAsync(
            photo, "etag, awaits_event, sequencer is not null, extractor_version > 0"));
    }

    [Theory]
    [InlineData("look", "file_size", "4097", "size_mismatch")]
    [InlineData("event", "file_size", "4097", "size_mismatch")]
    [InlineData("look", "mime_type", "\"image/png\"", "type_mismatch")]
    [InlineData("event", "mime_type", "\"image/png\"", "type_mismatch")]
    [InlineData("look", "sha256", "\"AA\"", "checksum_mismatch")]
    [InlineData("event", "sha256", "\"AA\"", "checksum_mismatch")]
    public async Task It_fails_where_it_is_not_what_was_told(string news, string member, string value, string code)
    {
        value = value.Replace("AA", new string('a', 64), StringComparison.Ordinal);
        var checksum = Convert.ToBase64String(SHA256.HashData(Bytes));
        var photo = await photos.NewAsync(Bytes, d => d[member] = JsonNode.Parse(value), checksum: checksum);

        await TellAsync(photo, news);
        Assert.Equal($"failed,{code},1,1,64", await photos.StateAsync(photo));

        // Whoever looks again finds the same.
        await TellAsync(photo, "look");
        Assert.Equal($"failed,{code},1,1,64", await photos.StateAsync(photo));
    }

    [Fact]
    public async Task A_weapon_against_detectors_fails()
    {
        var photo = await photos.NewAsync(
            ImageBuilder.Jpeg(1001, 1000), policy: "max_pixels = 1000000");

        await TellAsync(photo, "look");

        Assert.StartsWith("failed,too_many_pixels,1,1", await photos.StateAsync(photo));
    }

    [Fact]
    public async Task A_checksum_that_the_store_does_not_know_stays_with_its_version()
    {
        const string Told = "encode(sha256, 'hex')";
        var photo = await photos.NewAsync(Bytes, d => d["sha256"] = new string('a', 64));

        await TellAsync(photo, "look");
        Assert.Equal("processing,,1,1,64", await photos.StateAsync(photo));
        Assert.Equal(new string('a', 64), await photos.TellAsync(photo, Told));

        await photo.PutAsync(cloud, ImageBuilder.Jpeg(96, length: 4096));
        await TellAsync(photo, "look");
        Assert.Equal("processing,,2,2,96", await photos.StateAsync(photo));
        Assert.Equal("", await photos.TellAsync(photo, Told));
    }

    [Fact]
    public async Task The_content_counts_and_not_how_it_was_stored()
    {
        var photo = await photos.NewAsync(Bytes, type: "binary/octet-stream");

        await TellAsync(photo, "look");

        Assert.Equal("processing,,1,1,64", await photos.StateAsync(photo));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_that_is_not_there_fails_its_photo_until_it_comes(bool isRead)
    {
        var photo = await photos.NewAsync(Bytes, isRead: isRead);
        await photo.DeleteAsync(cloud);

        await TellAsync(photo, "look");
        Assert.Equal("failed,object_removed,1,1,", await photos.StateAsync(photo));

        await photo.PutAsync(cloud, Bytes);
        await TellAsync(photo, "event");
        Assert.Equal("processing,,2,2,64", await photos.StateAsync(photo));
    }

    [Theory]
    [InlineData("look", true)]
    [InlineData("event", true)]
    [InlineData("look", false)]
    [InlineData("event", false)]
    public async Task Another_version_than_was_registered_is_judged_anew(string news, bool isRead)
    {
        var photo = await photos.NewAsync(Bytes, isRead: isRead);
        var next = photo with { ETag = await photo.PutAsync(cloud, ImageBuilder.Jpeg(96, length: 4096)) };

        await TellAsync(next, news);

        Assert.Equal("processing,,2,2,96", await photos.StateAsync(photo));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_told_of_an_object_stays_until_somebody_looks(bool isETagTold)
    {
        var photo = await photos.NewAsync(Bytes, d =>
        {
            d["width"] = 7;
            d.Remove(isETagTold ? "" : "etag");
        }, isRead: false);
        Assert.False(await photos.IsLookedAtAsync(photo));

        await TellAsync(photo, "event");
        Assert.Equal("processing,,1,1,7", await photos.StateAsync(photo));
        Assert.Equal(
            $"{photo.ETag},False,0", await photos.TellAsync(photo, "etag, awaits_event, extractor_version"));

        await TellAsync(photo, "look");
        Assert.Equal("processing,,1,1,64", await photos.StateAsync(photo));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_look_at_what_was_told_reads_it(bool isWithEvent)
    {
        var photo = await photos.NewAsync(Bytes, d => d.Remove("etag"), isRead: false);

        await TellAsync(photo, isWithEvent ? "both" : "look");

        Assert.Equal("processing,,1,1,64", await photos.StateAsync(photo));
        Assert.Equal($"{photo.ETag},{!isWithEvent}", await photos.TellAsync(photo, "etag, awaits_event"));
    }

    [Fact]
    public async Task An_event_of_another_size_is_not_of_what_was_told()
    {
        var photo = await photos.NewAsync(Bytes, d =>
        {
            d["file_size"] = 4097;
            d.Remove("etag");
        }, isRead: false);

        await TellAsync(photo, "event");

        Assert.Equal("failed,size_mismatch,1,1,64", await photos.StateAsync(photo));
    }

    [Fact]
    public async Task The_same_content_is_linked_when_it_is_read()
    {
        var bytes = ImageBuilder.Jpeg(72, length: 4096);
        var first = await photos.NewAsync(bytes);
        var second = await photos.NewAsync(bytes, d => d.Remove("etag"));

        await TellAsync(second, "look");
        await TellAsync(first, "look");

        Assert.Equal("", await photos.TellAsync(first, "duplicate_of"));
        Assert.Equal($"{first.Id}", await photos.TellAsync(second, "duplicate_of"));
    }

    [Fact]
    public async Task Positions_are_only_known_as_its_project_wants()
    {
        var bytes = ImageBuilder.Jpeg(exif: new ExifBuilder().Position((46, 29, 0, 'N'), (7, 44, 0, 'E')).Build());
        var photo = await photos.NewAsync(
            bytes,
            d => d["exif_data"] = JsonNode.Parse("""{"gps_coordinates": {"latitude": 46.5, "longitude": 7.7}}"""),
            policy: "gps = 'drop', scrub_gps = true");

        await TellAsync(photo, "look");

        Assert.Equal($",public/{photo.Key}", await photos.TellAsync(photo, "gps_coordinates, s3_key_public"));
    }

    private async Task TellAsync(StoredPhoto photo, string news)
    {
        var look = ("look", ObjectLooks.Message([(photo.Bucket, photo.Key)]));
        var answer = await _function.InvokeAsync(LoneOnObjectCreated.Messages(news switch
        {
            "look" => [look],
            "event" => [("event", photo.Event())],
            _ => [look, ("event", photo.Event())],
        }));
        Assert.Empty(LoneOnObjectCreated.Failures(answer));
    }
}
