using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>The repository's own template.yaml.</summary>
public class DeploymentTests
{
    private static Stack Deployment => DeployedTemplates.Stack;

    [Fact]
    public void Every_request_reaches_the_upload_function()
    {
        var function = Deployment.Functions.Single(f => f.LogicalId == "UploadUrlFunction");

        Assert.Equal("Functions.UploadUrl", function.Handler);
        Assert.Equal("postgresql://api@localhost/photos", function.Environment["PHOTOLAMBDA_DATABASE_URL"]);
        Assert.Equal("photolambda", function.Environment["PHOTOLAMBDA_JWT_AUDIENCE"]);
        Assert.Equal("", function.Environment["PHOTOLAMBDA_JWKS_URL"]);
        Assert.Equal(Deployment.Buckets[0].BucketName, function.Environment["PHOTOLAMBDA_ORIGINALS_BUCKET"]);
    }

    [Fact]
    public void A_created_object_reaches_its_function_through_the_queue()
    {
        var function = Deployment.Functions.Single(f => f.LogicalId == "OnObjectCreatedFunction");
        var mapping = Assert.Single(function.QueueMappings);
        var queue = Deployment.Queues.Single(q => q.LogicalId == "ObjectCreatedQueue");

        Assert.Equal(
            ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
            Deployment.Buckets[0].Notifications.Select(n => n.Event));
        Assert.All(Deployment.Buckets[0].Notifications, n => Assert.Equal(mapping.QueueArn, n.TargetArn));
        Assert.True(mapping.ReportBatchItemFailures);
        Assert.Equal((10, 0), (mapping.BatchSize, mapping.MaximumBatchingWindowInSeconds));
        Assert.Equal(6 * function.Timeout, queue.VisibilityTimeout);
        Assert.Equal(5, queue.RedrivePolicy!.MaxReceiveCount);
        Assert.Equal(
            "http://127.0.0.1:4566/000000000000/photolambda-DetectionQueue",
            function.Environment["PHOTOLAMBDA_DETECTION_QUEUE_URL"]);
    }

    [Fact]
    public void Nothing_of_the_deployment_is_ignored_but_what_has_no_meaning_here() => Assert.Equal(
        ["AWS::CloudFormation::Stack", "AWS::Logs::LogGroup"],
        Deployment.Ignored.Select(i => i.Type).Distinct().Order(StringComparer.Ordinal));
}
