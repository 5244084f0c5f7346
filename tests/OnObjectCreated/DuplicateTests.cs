using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>The same content again: <c>duplicate_of</c> is the organization's first photo of it.</summary>
public sealed class DuplicateTests(CloudFixture cloud) : IAsyncLifetime
{
    private ApiClient _client = null!;
    private LoneOnObjectCreated _function = null!;

    public async ValueTask InitializeAsync()
    {
        _client = await cloud.NewOrganizationAsync();
        _function = await LoneOnObjectCreated.StartAsync(cloud);
    }

    public async ValueTask DisposeAsync()
    {
        await _function.DisposeAsync();
        _client.Dispose();
    }

    [Theory]
    [InlineData("123")]
    [InlineData("321")]
    [InlineData("213")]
    public async Task The_first_ticket_is_the_first_photo_in_any_order(string order)
    {
        var photos = await PhotosAsync(3);

        foreach (var digit in order)
        {
            await ArriveAsync(photos[digit - '1']);
        }

        Assert.Equal([null, photos[0].Id, photos[0].Id], await LinksAsync(photos));
    }

    [Fact]
    public async Task Photos_that_arrive_at_once_are_linked_too()
    {
        var photos = await PhotosAsync(12);
        var functions = await Task.WhenAll(photos.Select(_ => LoneOnObjectCreated.StartAsync(cloud)));

        await Task.WhenAll(photos.Zip(functions, (photo, function) =>
            function.InvokeAsync(LoneOnObjectCreated.Messages(("m", photo.Event())))));

        Assert.Equal([null, .. Enumerable.Repeat<object?>(photos[0].Id, 11)], await LinksAsync(photos));
        foreach (var function in functions)
        {
            await function.DisposeAsync();
        }
    }

    [Fact]
    public async Task Another_organization_has_its_own_first_photo()
    {
        var here = await PhotosAsync(1);
        using var other = await cloud.NewOrganizationAsync();
        var there = await PhotosAsync(1, other);

        await ArriveAsync(here[0]);
        await ArriveAsync(there[0]);

        Assert.Equal([null, null], await LinksAsync([here[0], there[0]]));
    }

    [Fact]
    public async Task When_the_first_is_deleted_the_next_is_the_first()
    {
        var photos = await PhotosAsync(3);
        foreach (var photo in photos)
        {
            await ArriveAsync(photo);
        }

        var (status, _) = await _client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{photos[0].Id}");

        Assert.True((int)status is 200 or 202 or 204, $"{status}");
        Assert.Equal([null, photos[1].Id], await LinksAsync(photos[1..]));
    }

    [Fact]
    public async Task A_photo_that_is_being_deleted_becomes_nobodys_first()
    {
        var photos = await PhotosAsync(3);
        foreach (var photo in photos)
        {
            await ArriveAsync(photo);
        }

        await using var connection = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var second = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("delete from photos where id = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = photos[1].Id } },
        };
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        var first = _client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{photos[0].Id}");
        while (!first.IsCompleted && await cloud.RowAsync(
            "select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid))", connection.ProcessID) is [])
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await second.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await first).Status);
        Assert.Equal([null], await LinksAsync(photos[2..]));
    }

    [Fact]
    public async Task When_the_first_is_replaced_or_removed_the_next_is_the_first()
    {
        var photos = await PhotosAsync(4);
        foreach (var photo in photos)
        {
            await ArriveAsync(photo);
        }

        var replaced = photos[0] with { Sequencer = photos[0].Sequencer + "1" };
        await ArriveAsync(replaced with { ETag = await replaced.PutAsync(cloud, ImageBuilder.Jpeg(200, length: 4096)) });
        Assert.Equal([null, null, photos[1].Id, photos[1].Id], await LinksAsync(photos));

        var removed = photos[1] with { Sequencer = photos[1].Sequencer + "1" };
        await _function.InvokeAsync(LoneOnObjectCreated.Messages(("m", removed.Event("ObjectRemoved:Delete"))));
        Assert.Equal([null, null, null, photos[2].Id], await LinksAsync(photos));
    }

    [Fact]
    public async Task What_is_not_what_its_ticket_said_is_nobodys_first()
    {
        var photos = await PhotosAsync(2);
        await cloud.RowAsync("update photos set declared_size_bytes = 1 where id = $1 returning 1", photos[0].Id);

        await ArriveAsync(photos[0]);
        await ArriveAsync(photos[1]);

        Assert.Equal([null, null], await LinksAsync(photos));
    }

    [Fact]
    public async Task A_known_hash_links_what_came_in_parts_too()
    {
        var photos = await PhotosAsync(2);
        await ArriveAsync(photos[0]);
        await ArriveAsync(photos[1]);
        // An upload in parts has another ETag than the same bytes in one piece.
        await cloud.RowAsync(
            "update photos set etag = etag || '-2', sha256 = sha256('x'), duplicate_of = null where id = any ($1) returning 1",
            photos.Select(p => p.Id).ToArray());

        await cloud.RowAsync("select link_duplicates($1)", new[] { photos[1].Id });

        Assert.Equal([null, photos[0].Id], await LinksAsync(photos));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_picture_with_other_metadata_counts_where_wished(bool isWished)
    {
        var (_, project) = await _client.SendAsync(HttpMethod.Post, "/api/v1/projects",
            new { name = "Pictures", policy = new { hash_image_data = isWished } });
        var id = project.GetProperty("id").GetString()!;
        var plain = await StoredPhoto.NewAsync(cloud, _client, id, ImageBuilder.Jpeg(length: 4096));
        var tagged = await StoredPhoto.NewAsync(
            cloud, _client, id, ImageBuilder.Jpeg(exif: new ExifBuilder().Build(), length: 5000));

        await ArriveAsync(tagged);
        await ArriveAsync(plain);

        Assert.Equal([null, isWished ? plain.Id : null], await LinksAsync([plain, tagged]));
    }

    private async Task<StoredPhoto[]> PhotosAsync(int count, ApiClient? client = null)
    {
        var project = await (client ?? _client).NewProjectAsync();
        var photos = new StoredPhoto[count];
        for (var i = 0; i < count; i++)
        {
            photos[i] = await StoredPhoto.NewAsync(
                cloud, client ?? _client, project, ImageBuilder.Jpeg(length: 4096));
        }

        return photos;
    }

    private async Task ArriveAsync(StoredPhoto photo)
    {
        var answer = await _function.InvokeAsync(LoneOnObjectCreated.Messages(("m", photo.Event())));
        Assert.Empty(LoneOnObjectCreated.Failures(answer));
    }

    private async Task<List<object?>> LinksAsync(StoredPhoto[] photos)
    {
        var links = new List<object?>();
        foreach (var photo in photos)
        {
            links.AddRange(await cloud.RowAsync("select duplicate_of from photos where id = $1", photo.Id));
        }

        return links;
    }
}
