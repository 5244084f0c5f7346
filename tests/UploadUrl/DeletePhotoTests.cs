using System.Net;
using Amazon.S3.Model;
using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>Deletion through the API, of rows and of what the store has.</summary>
public sealed class DeletePhotoTests(CloudFixture cloud)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_timeline_jobs_and_all_objects_are_deleted()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.UploadAsync(cloud, client);
        await photo.PutAsync("thumbnail");
        await photo.PutAsync("visualization");
        await cloud.RowAsync(
            """
            update photos set s3_bucket_derived = s3_bucket, s3_key_thumbnail = s3_key_original || '.thumbnail',
              s3_key_visualization = s3_key_original || '.visualization', expires_at = now() - interval '1 hour'
            where id = $1
            """, photo.Id);

        Assert.Equal(HttpStatusCode.NoContent, await photo.DeleteAsync(client));

        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Get, photo.Path)).Status);
        Assert.Equal(
            [0L, 0L, 0L],
            await cloud.RowAsync(
                """
                select (select count(*) from photos where id = $1),
                  (select count(*) from photo_events where photo_id = $1),
                  (select count(*) from outbox where photo_id = $1)
                """, photo.Id));
        Assert.Empty(await photo.ObjectsAsync());
        Assert.Equal(
            [client.Organization, "ada", 1, null, true],
            await cloud.RowAsync(
                """
                select organization_id, requested_by, attempts, last_error, finished_at is not null
                from deletions where photo_id = $1
                """, photo.Id));
    }

    [Fact]
    public async Task A_deletion_may_be_repeated()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.UploadAsync(cloud, client);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.NoContent, await photo.DeleteAsync(client));
        }
    }

    [Fact]
    public async Task Anothers_photo_and_an_unknown_one_are_not_found_alike()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.UploadAsync(cloud, ours);
        async Task AssertNotFoundAsync(Guid id)
        {
            var (status, problem) = await theirs.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{id}");
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Equal("urn:photolambda:problem:photo-not-found", problem.GetProperty("type").GetString());
            Assert.Equal($"Your organization has no photo {id}.", problem.GetProperty("detail").GetString());
        }

        await AssertNotFoundAsync(photo.Id);
        await AssertNotFoundAsync(Guid.NewGuid());
        Assert.Equal(HttpStatusCode.OK, (await ours.SendAsync(HttpMethod.Get, photo.Path)).Status);
        Assert.Single(await photo.ObjectsAsync());

        Assert.Equal(HttpStatusCode.NoContent, await photo.DeleteAsync(ours));
        await AssertNotFoundAsync(photo.Id);
    }

    [Fact]
    public async Task An_upload_in_parts_is_given_up_with_its_photo()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.PendingAsync(cloud, client);
        using var s3 = cloud.S3();
        var upload = await s3.InitiateMultipartUploadAsync(cloud.Bucket, photo.Key, Stop);
        await cloud.RowAsync("update photos set s3_upload_id = $2 where id = $1", photo.Id, upload.UploadId);

        Assert.Equal(HttpStatusCode.NoContent, await photo.DeleteAsync(client));

        var left = await s3.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = cloud.Bucket, Prefix = photo.Key }, Stop);
        Assert.Empty(left.MultipartUploads ?? []);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1:9/")]
    public async Task A_store_that_is_down_leaves_the_objects_to_the_sweep(string nowhere)
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.UploadAsync(cloud, client);
        await cloud.RowAsync("update photos set expires_at = now() where id = $1", photo.Id);
        await using var store = await BrokenStore.StartAsync(503);
        await using var api = await LoneUploadUrl.StartAsync(
            cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!,
            ("AWS_ENDPOINT_URL", nowhere.Length > 0 ? nowhere : store.Address));

        var answer = await api.SendAsync(
            "DELETE", photo.Path, client.Http.DefaultRequestHeaders.Authorization!.Parameter);

        Assert.Equal(204, answer.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Get, photo.Path)).Status);
        Assert.Single(await photo.ObjectsAsync());
        Assert.Equal([null, 1, true], await cloud.RowAsync(
            "select finished_at, attempts, last_error is not null from deletions where photo_id = $1", photo.Id));
        await photo.SweepAsync();
        Assert.Empty(await photo.ObjectsAsync());
        Assert.Equal(HttpStatusCode.NoContent, await photo.DeleteAsync(client));
    }

    [Fact]
    public async Task A_deletion_whose_end_cannot_be_noted_is_left_to_the_sweep()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var database = await SweepDatabase.NewAsync(cloud);
        var id = Guid.NewGuid();
        await database.ExecuteAsync($"""
            insert into organizations (id) values ('{client.Organization}');
            insert into projects (id, organization_id, name) values ('{id}', '{client.Organization}', 'x');
            insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
              declared_content_type, declared_size_bytes)
            values ('{id}', '{client.Organization}', '{id}', 'x', 'bucket', 'k', 'image/jpeg', 1)
            """);
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            if (http.Request.Path == "/bucket/k")
            {
                await database.ExecuteAsync("revoke update on deletions from photolambda_api");
            }

            http.Response.StatusCode = 204;
        });
        await using var api = await LoneUploadUrl.StartAsync(
            cloud, database.Api, ("AWS_ENDPOINT_URL", store.Address));

        var answer = await api.SendAsync(
            "DELETE", $"/api/v1/photos/{id}", client.Http.DefaultRequestHeaders.Authorization!.Parameter);

        Assert.Equal(204, answer.Status);
        // The original, and what may have been made of it: thumbnail and public copy.
        Assert.Equal(3, store.Requests);
        Assert.Equal(["True"], await database.RowsAsync("select finished_at is null from deletions"));
    }

    [Fact]
    public async Task An_upload_after_the_deletion_is_deleted_when_its_ticket_has_expired()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.PendingAsync(cloud, client);
        Assert.Equal(HttpStatusCode.NoContent, await photo.DeleteAsync(client));
        Assert.Equal([true, null], await cloud.RowAsync(
            """
            select due_at between now() + interval '29 minutes' and now() + interval '30 minutes', finished_at
            from deletions where photo_id = $1
            """, photo.Id));

        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(photo.Ticket, photo.Bytes));
        await photo.SweepAsync();

        Assert.Empty(await photo.ObjectsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Get, photo.Path)).Status);
    }

    [Fact]
    public async Task Of_many_deletions_at_once_each_succeeds()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.UploadAsync(cloud, client);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => photo.DeleteAsync(client)));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.NoContent, status));
        Assert.Equal([1L], await cloud.RowAsync("select count(*) from deletions where photo_id = $1", photo.Id));
        Assert.Empty(await photo.ObjectsAsync());
    }

    [Fact]
    public async Task A_deletion_while_the_photo_arrives_leaves_nothing_behind()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), Stop, async (i, _) =>
        {
            var photo = await DeletablePhoto.PendingAsync(cloud, client, project);
            var put = ApiClient.PutAsync(photo.Ticket, photo.Bytes);
            // At once, or with the event on its way, or with the job.
            await (i % 3 == 0 ? Task.CompletedTask : put);
            await (i % 3 == 2 ? client.UntilAsync(photo.Ticket, "uploaded", "processing") : Task.CompletedTask);
            Assert.Equal(HttpStatusCode.NoContent, await photo.DeleteAsync(client));
            Assert.Equal(HttpStatusCode.OK, await put);
            await photo.SweepAsync();
            Assert.Empty(await photo.ObjectsAsync());
            Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Get, photo.Path)).Status);
        });
    }

    [Fact]
    public async Task A_deletion_outlives_a_deadlock_with_the_relay()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await DeletablePhoto.UploadAsync(cloud, client);
        await using var worker = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await worker.OpenAsync(Stop);
        await using var transaction = await worker.BeginTransactionAsync(Stop);
        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, worker, transaction);
            await command.ExecuteNonQueryAsync(Stop);
        }

        // As the relay does it: first the job, then its photo, which the deletion has by then. The deletion's patience
        // is the shorter, so it is the one that is sent away; on a slow machine it may be the relay.
        await ExecuteAsync($"select 1 from outbox where photo_id = '{photo.Id}' for update");
        await ExecuteAsync("set local deadlock_timeout = '4s'");
        var deletion = photo.DeleteAsync(client);
        await UntilWaitingAsync(worker.ProcessID);
        var update = ExecuteAsync($"update photos set updated_at = now() where id = '{photo.Id}'");
        await Task.WhenAny(update);
        await transaction.RollbackAsync(Stop);

        Assert.Equal(HttpStatusCode.NoContent, await deletion);
    }

    [Fact]
    public async Task An_id_that_is_none_is_refused()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (status, problem) = await client.SendAsync(HttpMethod.Delete, "/api/v1/photos/1");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("urn:photolambda:problem:invalid-request", problem.GetProperty("type").GetString());
    }

    private async Task UntilWaitingAsync(int holder)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await cloud.RowAsync(
            "select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid)) limit 1", holder)).Length == 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
