using PhotoLambda.Local;

namespace PhotoLambda.Tests;

public class ResourceMistakeTests
{
    private const string Serverless = "Transform: AWS::Serverless-2016-10-31\n";

    private const string Filtered = "NotificationConfiguration: {QueueConfigurations: "
        + "[{Event: s3:ObjectCreated:*, Queue: a, Filter: {S3Key: {Rules: ";

    [Theory]
    [InlineData("AWS::SQS::Queue", "VisibilityTimeout: 43201", "43201 is out of range; it must be 0 to 43200")]
    [InlineData("AWS::SQS::Queue", "VisibilityTimeout: soon", "a whole number is needed here, not 'soon'")]
    [InlineData("AWS::SQS::Queue", "VisibilityTimeout: [1]", "a text is needed here, not a list")]
    [InlineData("AWS::SQS::Queue", "FifoQueue: true", "FIFO queues are not supported")]
    [InlineData("AWS::SQS::Queue", "QueueName: a b", "'a b' is no QueueName")]
    [InlineData("AWS::SQS::Queue", "Visibility: 3", "there is no property 'Visibility' here")]
    [InlineData(
        "AWS::SQS::Queue", "RedrivePolicy: {deadLetterTargetArn: x}", "the property 'maxReceiveCount' is missing")]
    [InlineData(
        "AWS::SQS::Queue", "RedrivePolicy: {deadLetterTargetArn: x, maxReceiveCount: 1}",
        "redrives to x, which is not in this template")]
    [InlineData("AWS::S3::Bucket", "BucketName: Photos", "'Photos' is no BucketName")]
    [InlineData(
        "AWS::S3::Bucket", "CorsConfiguration: {CorsRules: [{AllowedOrigins: ['*'], AllowedMethods: [PATCH]}]}",
        "'PATCH' is not one of GET, PUT")]
    [InlineData(
        "AWS::S3::Bucket", "CorsConfiguration: {CorsRules: [{AllowedOrigins: ['*']}]}",
        "a CORS rule needs AllowedOrigins and AllowedMethods")]
    [InlineData(
        "AWS::S3::Bucket", "NotificationConfiguration: {QueueConfigurations: [{Event: created, Queue: a}]}",
        "'created' is no event of S3")]
    [InlineData(
        "AWS::S3::Bucket",
        "NotificationConfiguration: {LambdaConfigurations: [{Event: s3:ObjectCreated:*, Function: a}]}",
        "notifies a, which is not in this template")]
    [InlineData(
        "AWS::S3::Bucket",
        Filtered + "[{Name: infix, Value: b}]}}}]}",
        "a rule is named prefix or suffix, not 'infix'")]
    [InlineData(
        "AWS::S3::Bucket",
        Filtered + "[{Name: prefix, Value: b}, {Name: Prefix, Value: c}]}}}]}",
        "there are two rules named prefix")]
    [InlineData(
        "AWS::Serverless::HttpApi", "CorsConfiguration: {AllowOrigins: ['*'], AllowCredentials: true}",
        "API Gateway refuses AllowCredentials")]
    [InlineData("AWS::Serverless::Function", "Timeout: 3", "the property 'Handler' is missing; add it")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Timeout: 901}", "901 is out of range; it must be 1 to 900")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Timout: 9}",
        "there is no property 'Timout' here; did you mean 'Timeout'?")]
    [InlineData("AWS::Serverless::Function", "PackageType: Image", "the local cloud runs programs, not images")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Environment: {Variables: {AWS_REGION: a}}}",
        "Lambda sets AWS_REGION itself")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Environment: {Variables: {1A: a}}}",
        "'1A' is no name of a variable")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Environment: {Variables: {AB: [a]}}}",
        "a text is needed here, not a list")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, DeadLetterQueue: {Type: SNS, TargetArn: a}}",
        "dead-letter queues of the type SQS, not 'SNS'")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, DeadLetterQueue: {Type: SQS, TargetArn: a}}",
        "sends failed events to a, which is not")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, EventInvokeConfig: {MaximumRetryAttempts: 3}}",
        "3 is out of range; it must be 0 to 2")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: Sqs}}}",
        "SAM has no event type 'Sqs'; did you mean 'SQS'?")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a}}}}",
        "reads from a, which is not in this template")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a, BatchSize: 11}}}}",
        "11 is more than 10, and needs a MaximumBatchingWindowInSeconds")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: SQS, Properties: "
            + "{Queue: a, BatchSize: 10001, MaximumBatchingWindowInSeconds: 1}}}}",
        "10001 is out of range; it must be 1 to 10000")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a, MaximumBatchingWindowInSeconds: 301}}}}",
        "301 is out of range; it must be 0 to 300")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a, ScalingConfig: {MaximumConcurrency: 1}}}}}",
        "1 is out of range; it must be 2 to 1000")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a, FilterCriteria: {}}}}}",
        "the local cloud does not filter messages")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: a, Method: GET}}}}",
        "'a' is no path of a route")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: '/{a+}/b', Method: GET}}}}",
        "is no path of a route")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: FETCH}}}}",
        "'FETCH' is no method of a route")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a}}}}",
        "the property 'Method' is missing")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: GET, ApiId: b}}}}",
        "'b' is no HTTP API of this template")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: GET, PayloadFormatVersion: '1.0'}}}}",
        "the payload format 2.0 only")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: S3, Properties: {Bucket: b, Events: c}}}}",
        "SAM wants a bucket of this template here")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: Schedule, Properties: {Schedule: daily}}}}",
        "'daily' is no schedule")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: Schedule, Properties: {Schedule: cron(0 24 * * ? *)}}}}",
        "'24' is no hours of a cron schedule; they are 0 to 23")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), "
            + "ScheduleExpressionTimezone: Europe/Zurich}}}}",
        "schedules in UTC only")]
    [InlineData("AWS::SQS::Queue", "VisibilityTimeout: -1", "-1 is out of range; it must be 0 to 43200")]
    [InlineData(
        "AWS::SQS::Queue", "MessageRetentionPeriod: 1209601", "1209601 is out of range; it must be 60 to 1209600")]
    [InlineData(
        "AWS::SQS::Queue", "{RedrivePolicy: {deadLetterTargetArn: x, maxReceiveCount: 0}}",
        "0 is out of range; it must be 1 to 1000")]
    [InlineData(
        "AWS::SQS::Queue", "{RedrivePolicy: {DeadLetterTargetArn: x}}",
        "there is no property 'DeadLetterTargetArn' here; did you mean 'deadLetterTargetArn'?")]
    [InlineData("AWS::SQS::Queue", "FifoQueue: maybe", "true or false is needed here, not 'maybe'")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Timeout: 0}", "0 is out of range; it must be 1 to 900")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Timeout: 30s}", "a whole number is needed here, not '30s'")]
    [InlineData("AWS::Serverless::Function", "{Handler: [A]}", "a text is needed here, not a list")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, MemorySize: 64}", "64 is out of range; it must be 128 to 32768")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Environment: {PHOTOLAMBDA_METRICS: on}}",
        "there is no property 'PHOTOLAMBDA_METRICS' here")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Environment: [A]}", "a map is needed here, not a list")]
    [InlineData(
        "AWS::Serverless::Function",
        "{Handler: A, Events: {E: {Type: SQS, Properties: "
            + "{Queue: a, FunctionResponseTypes: [ReportBatchItemFailure]}}}}",
        "'ReportBatchItemFailure' is no response type of a queue; write ReportBatchItemFailures.")]
    [InlineData(
        "AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a, BatchSize: 0}}}}",
        "0 is out of range; it must be 1 to 10000")]
    [InlineData(
        "AWS::Lambda::EventSourceMapping", "{FunctionName: a, EventSourceArn: b}",
        "'a' is no function of this template")]
    public void A_wrong_property_is_explained(string type, string properties, string message)
    {
        var flow = properties.StartsWith('{') ? properties : $"{{{properties}}}";
        var yaml = $"{Serverless}Resources:\n  Thing:\n    Type: {type}\n    Properties: {flow}\n";

        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml));

        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        // File, line and column, path, rule.
        Assert.Matches(@"^\S+\.yaml\([2-5],\d+\): Resources\.Thing\S*: ", mistake.Message);
    }

    [Fact]
    public void Variables_over_four_kilobytes_are_refused()
    {
        var yaml = $"{Serverless}Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {{Handler: A, "
            + $"Environment: {{Variables: {{BIG: {new string('x', 4_094)}}}}}}}}}}}";
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml));
        Assert.Contains(
            "the variables have 4097 bytes together; Lambda allows 4,096", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_may_not_show_messages_while_their_function_runs()
    {
        const string yaml = """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 59}}
              Worker:
                Type: AWS::Serverless::Function
                Properties:
                  {Handler: A, Timeout: 60, Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}}}
            """;
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml));
        Assert.Contains(
            "Resources.Jobs: the VisibilityTimeout of 59 s is less than the 60 s that Worker", mistake.Message,
            StringComparison.Ordinal);
        Templates.Load(yaml.Replace("59", "60", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_resources_may_not_have_one_name()
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load("""
            Resources:
              A: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
              B: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
            """));
        Assert.Contains("Resources.B: the name 'jobs' is also that of A", mistake.Message, StringComparison.Ordinal);
    }
}
