using PhotoLambda.Local;
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
                  Policies: [!ImportValue not-read-here]
            """);

        var (plain, worker) = (stack.Functions[0], stack.Functions[1]);
        Assert.Equal((3, 128, 2, "."), (plain.Timeout, plain.MemorySize, plain.MaximumRetryAttempts, plain.CodeUri));
        Assert.Equal(("worker", "Functions.Worker", "src/", 7, 256, 2, 1), (worker.FunctionName, worker.Handler, worker.CodeUri,
            worker.Timeout, worker.MemorySize, worker.ReservedConcurrency, worker.MaximumRetryAttempts));
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
                    A: {Type: HttpApi, Properties: {ApiId: !Ref Front, Path: '/a/{id}', Method: get, TimeoutInMillis: 500}}
                    B: {Type: HttpApi}
                    C: {Type: HttpApi, Properties: {Path: '/{proxy+}', Method: any}}
                    D: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 100, MaximumBatchingWindowInSeconds: 2}}
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
                "s3:ObjectCreated:*", "arn:aws:lambda:us-east-1:000000000000:function:photolambda-Worker", "in/", ".jpg"),
            Assert.Single(Assert.Single(stack.Buckets).Notifications));
        Assert.Equal(
            [
                new Schedule("F", "rate(5 minutes)", TimeSpan.FromMinutes(5), """{"a":1}""", true),
                new Schedule("G", "cron(0 3 * * ? *)", null, null, false),
            ],
            worker.Schedules);
        Assert.Equal(["Front v1 *", "ServerlessHttpApi $default *"],
            stack.HttpApis.Select(a => $"{a.LogicalId} {a.StageName} {string.Join(',', a.Cors?.AllowOrigins ?? [])}"));
        Assert.Equal(
            [new IgnoredResource("Worker.Events.H", "SNS"), new IgnoredResource("Topic", "AWS::SNS::Topic")], stack.Ignored);
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
                      - {AllowedOrigins: ['*'], AllowedMethods: [PUT], AllowedHeaders: [a], ExposedHeaders: [ETag], MaxAge: 9}
                  NotificationConfiguration:
                    QueueConfigurations: [{Event: s3:ObjectRemoved:Delete, Queue: !GetAtt Jobs.Arn}]
                    EventBridgeConfiguration: {EventBridgeEnabled: true}
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
        Assert.Equal("*|PUT|a|ETag|9", $"{rule.AllowedOrigins[0]}|{rule.AllowedMethods[0]}|{rule.AllowedHeaders[0]}|{rule.ExposedHeaders[0]}|{rule.MaxAge}");
        Assert.Equal(
            new BucketNotification("s3:ObjectRemoved:Delete", "arn:aws:sqs:us-east-1:000000000000:jobs", "", ""),
            stack.Buckets[0].Notifications[0]);
        var cors = stack.HttpApis[0].Cors!;
        Assert.Equal("https://a|GET|b|c|8|True",
            $"{cors.AllowOrigins[0]}|{cors.AllowMethods[0]}|{cors.AllowHeaders[0]}|{cors.ExposeHeaders[0]}|{cors.MaxAge}|{cors.AllowCredentials}");
        Assert.Equal("EventBridgeConfiguration", Assert.Single(stack.Ignored).Type);
    }

    [Theory]
    [InlineData("AWS::SQS::Queue", "VisibilityTimeout: 43201", "43201 is out of range; it must be 0 to 43200")]
    [InlineData("AWS::SQS::Queue", "VisibilityTimeout: soon", "a whole number is needed here, not 'soon'")]
    [InlineData("AWS::SQS::Queue", "VisibilityTimeout: [1]", "a text is needed here, not a list")]
    [InlineData("AWS::SQS::Queue", "FifoQueue: true", "FIFO queues are not supported")]
    [InlineData("AWS::SQS::Queue", "QueueName: a b", "'a b' is no QueueName")]
    [InlineData("AWS::SQS::Queue", "Visibility: 3", "there is no property 'Visibility' here")]
    [InlineData("AWS::SQS::Queue", "RedrivePolicy: {deadLetterTargetArn: x}", "the property 'maxReceiveCount' is missing")]
    [InlineData("AWS::SQS::Queue", "RedrivePolicy: {deadLetterTargetArn: x, maxReceiveCount: 1}", "redrives to x, which is not in this template")]
    [InlineData("AWS::S3::Bucket", "BucketName: Photos", "'Photos' is no BucketName")]
    [InlineData("AWS::S3::Bucket", "CorsConfiguration: {CorsRules: [{AllowedOrigins: ['*'], AllowedMethods: [PATCH]}]}", "'PATCH' is not one of GET, PUT")]
    [InlineData("AWS::S3::Bucket", "CorsConfiguration: {CorsRules: [{AllowedOrigins: ['*']}]}", "a CORS rule needs AllowedOrigins and AllowedMethods")]
    [InlineData("AWS::S3::Bucket", "NotificationConfiguration: {QueueConfigurations: [{Event: created, Queue: a}]}", "'created' is no event of S3")]
    [InlineData("AWS::S3::Bucket", "NotificationConfiguration: {LambdaConfigurations: [{Event: s3:ObjectCreated:*, Function: a}]}", "notifies a, which is not in this template")]
    [InlineData("AWS::S3::Bucket", "NotificationConfiguration: {QueueConfigurations: [{Event: s3:ObjectCreated:*, Queue: a, Filter: {S3Key: {Rules: [{Name: infix, Value: b}]}}}]}", "a rule is named prefix or suffix, not 'infix'")]
    [InlineData("AWS::S3::Bucket", "NotificationConfiguration: {QueueConfigurations: [{Event: s3:ObjectCreated:*, Queue: a, Filter: {S3Key: {Rules: [{Name: prefix, Value: b}, {Name: Prefix, Value: c}]}}}]}", "there are two rules named prefix")]
    [InlineData("AWS::Serverless::HttpApi", "CorsConfiguration: {AllowOrigins: ['*'], AllowCredentials: true}", "API Gateway refuses AllowCredentials")]
    [InlineData("AWS::Serverless::Function", "Timeout: 3", "the property 'Handler' is missing; add it")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Timeout: 901}", "901 is out of range; it must be 1 to 900")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Timout: 9}", "there is no property 'Timout' here; did you mean 'Timeout'?")]
    [InlineData("AWS::Serverless::Function", "PackageType: Image", "the local cloud runs programs, not images")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Environment: {Variables: {AWS_REGION: a}}}", "Lambda sets AWS_REGION itself")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Environment: {Variables: {1A: a}}}", "'1A' is no name of a variable")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Environment: {Variables: {AB: [a]}}}", "a text is needed here, not a list")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, DeadLetterQueue: {Type: SNS, TargetArn: a}}", "dead-letter queues of the type SQS, not 'SNS'")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, DeadLetterQueue: {Type: SQS, TargetArn: a}}", "sends failed events to a, which is not")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, EventInvokeConfig: {MaximumRetryAttempts: 3}}", "3 is out of range; it must be 0 to 2")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: Sqs}}}", "SAM has no event type 'Sqs'; did you mean 'SQS'?")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a}}}}", "reads from a, which is not in this template")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a, BatchSize: 11}}}}", "11 is more than 10, and needs a MaximumBatchingWindowInSeconds")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: SQS, Properties: {Queue: a, FilterCriteria: {}}}}}", "the local cloud does not filter messages")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: a, Method: GET}}}}", "'a' is no path of a route")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: '/{a+}/b', Method: GET}}}}", "is no path of a route")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: FETCH}}}}", "'FETCH' is no method of a route")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a}}}}", "the property 'Method' is missing")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: GET, ApiId: b}}}}", "'b' is no HTTP API of this template")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: GET, PayloadFormatVersion: '1.0'}}}}", "the payload format 2.0 only")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: S3, Properties: {Bucket: b, Events: c}}}}", "SAM wants a bucket of this template here")]
    [InlineData("AWS::Serverless::Function", "{Handler: A, Events: {E: {Type: Schedule, Properties: {Schedule: daily}}}}", "'daily' is no schedule")]
    [InlineData("AWS::Lambda::EventSourceMapping", "{FunctionName: a, EventSourceArn: b}", "'a' is no function of this template")]
    public void A_wrong_property_is_explained(string type, string properties, string message)
    {
        var flow = properties.StartsWith('{') ? properties : $"{{{properties}}}";
        var yaml = $"{Serverless}Resources:\n  Thing:\n    Type: {type}\n    Properties: {flow}\n";

        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml));

        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        Assert.Contains("Resources.Thing", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_over_four_kilobytes_are_refused()
    {
        var yaml = $"{Serverless}Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {{Handler: A, "
            + $"Environment: {{Variables: {{BIG: {new string('x', 4_094)}}}}}}}}}}}";
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml));
        Assert.Contains("the variables have 4097 bytes together; Lambda allows 4,096", mistake.Message, StringComparison.Ordinal);
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
