using Amazon.S3.Model;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>Uploads in parts that nobody completed in time.</summary>
public sealed class StaleUploadTests(CloudFixture cloud)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_in_parts_is_given_up_with_its_ticket()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        using var s3 = cloud.S3();
        var upload = await s3.InitiateMultipartUploadAsync(SweepStage.Bucket, stage.Key(1), Stop);
        await stage.AddAsync(1, ", s3_upload_id", $", '{upload.UploadId}'");

        Assert.Equal("tickets_expired=1", await stage.SweepOnceAsync());

        var left = await s3.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = SweepStage.Bucket, Prefix = stage.Key(1) }, Stop);
        Assert.Empty(left.MultipartUploads ?? []);
    }

    [Fact]
    public async Task A_completion_that_is_quicker_than_the_abortion_wins()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        using var s3 = cloud.S3();
        var upload = await s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest
            {
                BucketName = SweepStage.Bucket,
                Key = stage.Key(1),
                ContentType = "image/jpeg",
            }, Stop);
        await stage.AddAsync(1, ", s3_upload_id", $", '{upload.UploadId}'");
        var requests = new List<string>();
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            requests.Add(http.Request.Method);
            if (http.Request.Method == "DELETE")
            {
                await CompleteAsync(stage, upload.UploadId);
            }

            http.Response.StatusCode = requests.Contains("DELETE") && http.Request.Method == "HEAD"
                ? StatusCodes.Status200OK
                : StatusCodes.Status404NotFound;
        });

        Assert.Equal("objects_found=1", await stage.SweepOnceAsync(store.Address));

        Assert.Equal(["HEAD", "DELETE", "HEAD"], requests);
        await stage.TakeEventsAsync();
        Assert.Equal(["processing"], await stage.Database.RowsAsync("select status from photos"));
    }

    [Fact]
    public async Task An_upload_that_cannot_be_given_up_now_keeps_its_photo_waiting()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(2, ", s3_upload_id", ", case when n = 1 then 'u' end");
        await using var store = await BrokenStore.StartAsync(http =>
        {
            http.Response.StatusCode = http.Request.Method == "HEAD" ? 404 : 403;
            return Task.CompletedTask;
        });

        Assert.Equal("tickets_expired=1 tickets_left=1", await stage.SweepOnceAsync(store.Address));
        Assert.Equal(["1,pending_upload", "2,failed"], await stage.Database.RowsAsync(
            "select file_name, status from photos"));
    }

    private async Task CompleteAsync(SweepStage stage, string uploadId)
    {
        using var s3 = cloud.S3();
        var part = await s3.UploadPartAsync(new UploadPartRequest
        {
            BucketName = SweepStage.Bucket,
            Key = stage.Key(1),
            UploadId = uploadId,
            PartNumber = 1,
            InputStream = new MemoryStream(SweepStage.Jpeg),
        });
        await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = SweepStage.Bucket,
            Key = stage.Key(1),
            UploadId = uploadId,
            PartETags = [new PartETag(1, part.ETag)],
        });
    }
}
