using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Tests;

public class QueuePermissionTests
{
    private const string Notified = """
        Resources:
          Jobs: {Type: AWS::SQS::Queue}
          Photos:
            Type: AWS::S3::Bucket
            Properties:
              BucketName: photos
              NotificationConfiguration:
                QueueConfigurations: [{Event: s3:ObjectCreated:*, Queue: !GetAtt Jobs.Arn}]
          Policy:
            Type: AWS::SQS::QueuePolicy
            Properties:
              Queues: [!Ref Jobs]
              PolicyDocument:
                Statement:
                  Effect: Allow
                  Principal: {Service: s3.amazonaws.com}
                  Action: sqs:SendMessage
                  Resource: !GetAtt Jobs.Arn
                  Condition:
                    ArnEquals: {aws:SourceArn: arn:aws:s3:::photos}
                    StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}
        """;

    [Fact]
    public async Task A_function_sends_where_it_may_and_receives_nowhere()
    {
        var stack = Templates.Load("""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}
              Worker:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: Worker
                  Policies:
                    - Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Jobs.Arn}]
            """);
        var access = new AccessControl(stack.Functions, stack.ResourcePolicies, _ => { });
        await using var sqs = await SqsServer.GuardedAsync(access, null, [.. stack.Queues]);
        var worker = Principal.Of(stack.Functions[0]);
        using var request = sqs.Signed(
            "SendMessageBatch", Body("Entries", """[{"Id":"1","MessageBody":"x"}]"""), Key());
        using var sent = await sqs.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)sent.StatusCode);

        using var other = sqs.Signed("ReceiveMessage", Body("MaxNumberOfMessages", "1"), Key());
        using var refused = await sqs.Http.SendAsync(other, TestContext.Current.CancellationToken);
        var reply = await SqsReply.ReadAsync(refused);
        reply.IsRefused(403, "AccessDeniedException");
        Assert.Equal("AccessDenied;Sender", reply.QueryError);
        Assert.Contains("not authorized to perform: sqs:ReceiveMessage on resource: ", reply.Body,
            StringComparison.Ordinal);

        AwsCredentials Key() => new(worker.AccessKeyId, worker.SecretAccessKey);
        string Body(string name, string value) => $$"""{"QueueUrl":"{{sqs.Queue().Url}}","{{name}}":{{value}}}""";
    }

    [Theory]
    [InlineData("s3.amazonaws.com", "sns.amazonaws.com")]
    [InlineData("arn:aws:s3:::photos}", "arn:aws:s3:::others}")]
    [InlineData("Action: sqs:SendMessage", "Action: sqs:ReceiveMessage")]
    [InlineData("Effect: Allow", "Effect: Deny")]
    public void A_notification_needs_a_queue_that_lets_it_send(string granted, string instead)
    {
        Templates.Load(Notified);
        var mistake = Assert.Throws<LocalCloudException>(
            () => Templates.Load(Notified.Replace(granted, instead, StringComparison.Ordinal)));
        Assert.Contains("(4,5): Resources.Photos: S3 refuses to notify arn:aws:sqs:", mistake.Message,
            StringComparison.Ordinal);
    }
}
