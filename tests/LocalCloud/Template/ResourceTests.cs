using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public class ResourceTests
{
    private const string Serverless = "Transform: AWS::Serverless-2016-10-31\n";

    [Fact]
    public void A_function_is_read_with_its_globals()
    {
        var stack = Templates.Load(Serverless + """
            Globals:
              Function:
                Timeout: 20
                MemorySize: 256
                Runtime: dotnet10
                Environment: {Variables: {SHARED: one, OWN: global}}
                LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: DEBUG}
            Resources:
              Dead: {Type: AWS::SQS::Queue}
              Plain:
                Type: AWS::Serverless::Function
                IgnoreGlobals: '*'
                Properties: {Handler: Plain}
              Slow:
                Type: AWS::Serverless::Function
                IgnoreGlobals: [Timeout]
                Properties: {Handler: Slow}
              Worker:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: worker
                  Handler: Functions.Worker
                  CodeUri: src/
                  Timeout: 7
                  ReservedConcurrentExecutions: 2
                  Environment: {Variables: {OWN: mine, QUEUE: !Ref Dead, GONE: !Ref AWS::NoValue}}
                  EventInvokeConfig: {MaximumRetryAttempts: 1}
                  DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
                  Layers: [!ImportValue not-read-here]
            """);

        var (plain, worker) = (stack.Functions[0], stack.Functions[2]);
        Assert.Equal((3, 256), (stack.Functions[1].Timeout, stack.Functions[1].MemorySize));
        Assert.Equal((3, 128, 2, "."), (plain.Timeout, plain.MemorySize, plain.MaximumRetryAttempts, plain.CodeUri));
        Assert.Equal(("worker", "Functions.Worker", "src/"), (worker.FunctionName, worker.Handler, worker.CodeUri));
        Assert.Equal(
            (7, 256, 2, 1),
            (worker.Timeout, worker.MemorySize, worker.ReservedConcurrency, worker.MaximumRetryAttempts));
        Assert.Equal(["OWN=mine", "QUEUE=http://127.0.0.1:4566/000000000000/photolambda-Dead", "SHARED=one"],
            worker.Environment.Select(v => $"{v.Key}={v.Value}").Order());
        Assert.Equal("arn:aws:sqs:us-east-1:000000000000:photolambda-Dead", worker.DeadLetterQueueArn);
        Assert.Equal(("JSON", "DEBUG", "dotnet10"), (worker.LogFormat, worker.ApplicationLogLevel, worker.Runtime));
    }

    [Fact]
    public void Events_become_routes_mappings_notifications_and_schedules()
    {
        var stack = Templates.Load(Serverless + """
            Globals: {HttpApi: {CorsConfiguration: true}}
            Resources:
              Jobs: {Type: AWS::SQS::Queue}
              Photos: {Type: AWS::S3::Bucket}
              Front: {Type: AWS::Serverless::HttpApi, Properties: {StageName: v1}}
              Worker:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: Worker
                  Events:
                    A:
                      Type: HttpApi
                      Properties: {ApiId: !Ref Front, Path: '/a/{id}', Method: get, TimeoutInMillis: 500}
                    B: {Type: HttpApi}
                    C: {Type: HttpApi, Properties: {Path: '/{proxy+}', Method: any}}
                    D:
                      Type: SQS
                      Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 100, MaximumBatchingWindowInSeconds: 2}
                    E:
                      Type: S3
                      Properties:
                        Bucket: !Ref Photos
                        Events: s3:ObjectCreated:*
                        Filter: {S3Key: {Rules: [{Name: Prefix, Value: in/}, {Name: suffix, Value: .jpg}]}}
                    F: {Type: Schedule, Properties: {Schedule: rate(5 minutes), Input: '{"a":1}'}}
                    G: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 3 * * ? *), State: DISABLED}}
                    H: {Type: SNS, Properties: {Topic: x}}
              More:
                Type: AWS::Lambda::EventSourceMapping
                Properties:
                  FunctionName: !Ref Worker
                  EventSourceArn: !GetAtt Jobs.Arn
                  FunctionResponseTypes: [ReportBatchItemFailures]
                  ScalingConfig: {MaximumConcurrency: 3}
                  Enabled: false
              Topic: {Type: AWS::SNS::Topic}
            """);

        var worker = Assert.Single(stack.Functions);
        Assert.Equal(
            [
                new HttpRoute("Front", "GET", "/a/{id}") { TimeoutInMillis = 500 },
                new HttpRoute(null, "ANY", "$default"),
                new HttpRoute(null, "ANY", "/{proxy+}"),
            ],
            worker.Routes);
        const string jobs = "arn:aws:sqs:us-east-1:000000000000:photolambda-Jobs";
        Assert.Equal(
            [new QueueMapping(jobs, 100, 2, false, null, true), new QueueMapping(jobs, 10, 0, true, 3, false)],
            worker.QueueMappings);
        Assert.Equal(
            new BucketNotification(
                "s3:ObjectCreated:*", "arn:aws:lambda:us-east-1:000000000000:function:photolambda-Worker", "in/",
                ".jpg"),
            Assert.Single(Assert.Single(stack.Buckets).Notifications));
        Assert.Equal(
            [
                new Schedule("F", "rate(5 minutes)", """{"a":1}""", true),
                new Schedule("G", "cron(0 3 * * ? *)", null, false),
            ],
            worker.Schedules);
        Assert.Equal(["Front v1 *", "ServerlessHttpApi $default *"],
            stack.HttpApis.Select(a => $"{a.LogicalId} {a.StageName} {string.Join(',', a.Cors?.AllowOrigins ?? [])}"));
        Assert.Equal(
            [new IgnoredResource("Worker.Events.H", "SNS"), new IgnoredResource("Topic", "AWS::SNS::Topic")],
            stack.Ignored);
        Assert.Equal("photolambda-photos", stack.Buckets[0].BucketName);
    }

    [Fact]
    public void Queues_buckets_and_apis_are_read_whole()
    {
        var stack = Templates.Load(Serverless + """
            Resources:
              Dead: {Type: AWS::SQS::Queue}
              Jobs:
                Type: AWS::SQS::Queue
                Properties:
                  QueueName: jobs
                  VisibilityTimeout: 1
                  MessageRetentionPeriod: 60
                  DelaySeconds: 2
                  ReceiveMessageWaitTimeSeconds: 3
                  MaximumMessageSize: 1024
                  RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 4}
              Photos:
                Type: AWS::S3::Bucket
                Properties:
                  BucketName: photos
                  CorsConfiguration:
                    CorsRules:
                      - AllowedOrigins: ['*']
                        AllowedMethods: [PUT]
                        AllowedHeaders: [a]
                        ExposedHeaders: [ETag]
                        MaxAge: 9
                  NotificationConfiguration:
                    QueueConfigurations: [{Event: s3:ObjectRemoved:Delete, Queue: !GetAtt Jobs.Arn}]
                    EventBridgeConfiguration: {EventBridgeEnabled: true}
              MaySend:
                Type: AWS::SQS::QueuePolicy
                Properties:
                  Queues: [!Ref Jobs]
                  PolicyDocument:
                    Statement:
                      Effect: Allow
                      Principal: {Service: s3.amazonaws.com}
                      Action: sqs:SendMessage
                      Resource: !GetAtt Jobs.Arn
              Front:
                Type: AWS::Serverless::HttpApi
                Properties:
                  CorsConfiguration:
                    AllowOrigins: [https://a]
                    AllowMethods: [GET]
                    AllowHeaders: [b]
                    ExposeHeaders: [c]
                    MaxAge: 8
                    AllowCredentials: true
            """);

        Assert.Equal(
            new QueueResource("Jobs", "jobs", 1, 60, 2, 3, 1_024, new RedrivePolicy(
                "arn:aws:sqs:us-east-1:000000000000:photolambda-Dead", 4)),
            stack.Queues[1]);
        var rule = Assert.Single(stack.Buckets[0].Cors);
        Assert.Equal(["*", "PUT", "a", "ETag"],
            [.. rule.AllowedOrigins, .. rule.AllowedMethods, .. rule.AllowedHeaders, .. rule.ExposedHeaders]);
        Assert.Equal(9, rule.MaxAge);
        Assert.Equal(
            new BucketNotification("s3:ObjectRemoved:Delete", "arn:aws:sqs:us-east-1:000000000000:jobs", "", ""),
            stack.Buckets[0].Notifications[0]);
        var cors = stack.HttpApis[0].Cors!;
        Assert.Equal(["https://a", "GET", "b", "c"],
            [.. cors.AllowOrigins, .. cors.AllowMethods, .. cors.AllowHeaders, .. cors.ExposeHeaders]);
        Assert.Equal((8, true), (cors.MaxAge, cors.AllowCredentials));
        Assert.Equal("EventBridgeConfiguration", Assert.Single(stack.Ignored).Type);
    }
}
