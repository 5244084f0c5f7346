using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>Store, queue or database fail in the middle: a message, exit code 1, and nothing is lost.</summary>
public class ReconcileOutageTests(CloudFixture cloud)
{
    // Clears a terminal that obeys it.
    private const string Hostile = "%1B[2J";

    private const string Truncated = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>";

    [Theory]
    [InlineData(500, "", "answered 500 to a listing")]
    [InlineData(403, "<Error><Code>AccessDenied</Code></Error>", "answered 403 AccessDenied to a listing")]
    [InlineData(200, "not even XML", "answered 200 to a listing")]
    [InlineData(200, "<!DOCTYPE a [<!ENTITY b 'c'>]><ListBucketResult>&b;</ListBucketResult>", "answered 200 to")]
    [InlineData(200, "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "ListBucketResult has no NextContinuationToken")]
    [InlineData(200, "<ListBucketResult>K" + Truncated + "</ListBucketResult>", "does not list")]
    [InlineData(200, "<ListBucketResult><Contents><Key>b</Key></Contents></ListBucketResult>", "Contents has no ETag")]
    public async Task A_listing_that_breaks_off_makes_no_plan(int status, string second, string message)
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PlanAsync();
        var before = await File.ReadAllTextAsync(bucket.Plan, TestContext.Current.CancellationToken);
        var page = $"<ListBucketResult>{Contents(Hostile, 1)}{Truncated}</ListBucketResult>";
        await using var store = await BrokenStore.StartAsync(http =>
        {
            var isFirst = !http.Request.Query.ContainsKey("continuation-token");
            http.Response.StatusCode = isFirst ? 200 : status;
            return http.Response.WriteAsync(
                isFirst ? page : second.Replace(">K<", $">{Contents(Hostile, 1)}<", StringComparison.Ordinal));
        });
        bucket.Environment["AWS_ENDPOINT_URL"] = store.Address;

        var (exit, output) = await bucket.PlanAsync();

        Assert.True(exit == 1, output);
        Assert.Contains(message, output);
        Assert.DoesNotContain("   at ", output);
        Assert.DoesNotContain("\u001b", output);
        Assert.Equal([bucket.Plan], Directory.GetFiles(Path.GetDirectoryName(bucket.Plan)!));
        Assert.Equal(before, await File.ReadAllTextAsync(bucket.Plan, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_page_without_an_end_is_refused()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            var junk = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++)
            {
                await http.Response.Body.WriteAsync(junk);
            }
        });
        bucket.Environment["AWS_ENDPOINT_URL"] = store.Address;

        var (exit, output) = await bucket.PlanAsync();

        Assert.True(exit == 1 && output.StartsWith("The store cannot be asked: ", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task A_database_that_goes_away_is_a_message()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        var (database, url) = UnreliableDatabase.InFrontOf(cloud.Cloud.Database.OwnerUrl!);
        using var _ = database;
        await using var store = await BrokenStore.StartAsync(http =>
        {
            database.GoDown();
            return http.Response.WriteAsync($"<ListBucketResult>{Contents("a", 1)}</ListBucketResult>");
        });
        bucket.Environment["PHOTOLAMBDA_DATABASE_URL"] = url;
        bucket.Environment["AWS_ENDPOINT_URL"] = store.Address;

        var (exit, output) = await bucket.PlanAsync();

        Assert.True(exit == 1 && output.Trim().Length > 0, output);
        Assert.DoesNotContain("   at ", output);
        Assert.False(File.Exists(bucket.Plan));
    }

    [Fact]
    public async Task A_plan_that_is_interrupted_leaves_nothing()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        var asked = new TaskCompletionSource();
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        bucket.Environment["AWS_ENDPOINT_URL"] = store.Address;
        using var command = CommandLine.Start(
            bucket.Environment, "reconcile", "--bucket", bucket.Name, "--plan", bucket.Plan);
        await asked.Task;

        command.Signal("INT");

        Assert.Equal((130, "Stopped after 0 objects; there is no plan.\n"), await command.EndAsync());
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(bucket.Plan)!));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    public async Task A_plan_can_be_applied_again_after_the_queue_failed(int status)
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("a");
        var photo = await bucket.AddRowAsync("a", "pending_upload");
        await bucket.PlanAsync();
        await using var queue = await BrokenStore.StartAsync(status);
        bucket.Environment["AWS_ENDPOINT_URL_SQS"] = queue.Address;

        var (exit, output) = await bucket.ApplyAsync();

        Assert.True(exit == 1, output);
        Assert.Contains("The queue does not take messages: ", output);
        Assert.Contains("0 of 1 lines were done. The same command does them all", output);
        Assert.Equal("pending_upload", await bucket.StatusAsync(photo));

        bucket.Environment.Remove("AWS_ENDPOINT_URL_SQS");
        (exit, output) = await bucket.ApplyAsync();
        Assert.True(exit == 0, output);
        await bucket.UntilAsync("select status <> 'pending_upload' from photos where id = $1", photo);
    }

    private static string Contents(string key, int size) => string.Create(CultureInfo.InvariantCulture,
        $"<Contents><Key>{key}</Key><ETag>\"e\"</ETag><Size>{size}</Size>"
        + $"<LastModified>2026-01-01T00:00:00Z</LastModified></Contents>");
}
