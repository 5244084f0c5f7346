using Microsoft.AspNetCore.Http;
using PhotoLambda.Local;
using PhotoLambda.Local.Template;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>A queue and its dead letters, and an administrator whose requests the test can hold.</summary>
internal sealed class DeadLetterStage(SqsServer queues, BrokenStore door, LaterTime time) : IAsyncDisposable
{
    private Func<string, Task> _before = _ => Task.CompletedTask;

    public required Dictionary<string, string?> Environment { get; init; }

    public string DeadUrl => queues.Queue("dead").Url;

    public string LiveUrl => queues.Queue("live").Url;

    public (int Dead, int Live) Counts => (Of("dead"), Of("live"));

    public static async Task<DeadLetterStage> NewAsync(CloudFixture cloud)
    {
        var time = new LaterTime();
        var queues = await SqsServer.StartAsync(time, new("Dead", "dead"),
            new("Live", "live", RedrivePolicy: new RedrivePolicy(CloudIdentity.QueueArn("dead"), 5)));
        DeadLetterStage? stage = null;
        var door = await BrokenStore.StartAsync(http => stage!.ForwardAsync(http));
        stage = new DeadLetterStage(queues, door, time)
        {
            Environment = new Dictionary<string, string?>
            {
                ["PHOTOLAMBDA_DATABASE_URL"] = cloud.Cloud.Database.OwnerUrl,
                ["PHOTOLAMBDA_BULK_QUEUE_URL"] = queues.Queue("live").Url,
                ["PHOTOLAMBDA_DETECTION_QUEUE_URL"] = queues.Queue("dead").Url,
                ["AWS_ENDPOINT_URL_SQS"] = door.Address,
                ["AWS_REGION"] = "us-east-1",
                ["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey,
            },
        };
        return stage;
    }

    /// <param name="before">Gets the operation of each request before it goes on.</param>
    public void Hold(Func<string, Task> before) => _before = before;

    /// <summary>What was received and not deleted can be received again.</summary>
    public void Pass(TimeSpan duration) => time.Passed += duration;

    public void Die(params IEnumerable<string> bodies)
    {
        foreach (var body in bodies)
        {
            queues.Queue("dead").Send(body, new Dictionary<string, AttributeValue>
            {
                ["text"] = new("String", "ü"),
                ["number"] = new("Number", "7"),
                ["bytes"] = new("Binary", BinaryValue: [0, 1, 255]),
            }, traceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793");
        }
    }

    public async Task<IReadOnlyList<ReceivedMessage>> LiveAsync() =>
        [.. (await queues.Queue("live").ReceiveAsync(10_000, TimeSpan.Zero, cancellationToken: default))
            .Select(d => d.ToMessage(["All"], ["All"]))];

    public Task<(int Exit, string Output)> RunAsync(params string[] arguments) =>
        CommandLine.RunInAsync(Environment, ["redrive", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        await queues.DisposeAsync();
    }

    private int Of(string queue)
    {
        var counts = queues.Queue(queue).Counts();
        return counts.Visible + counts.InFlight;
    }

    private async Task ForwardAsync(HttpContext http)
    {
        var target = http.Request.Headers["X-Amz-Target"].ToString();
        await _before(target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        using var body = new StreamReader(http.Request.Body);
        var answer = await queues.CallAsync(
            target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..],
            await body.ReadToEndAsync(http.RequestAborted));
        http.Response.StatusCode = answer.Status;
        await http.Response.WriteAsync(answer.Body, http.RequestAborted);
    }
}

/// <summary>The system's clock, and how much later the test wants it to be.</summary>
internal sealed class LaterTime : TimeProvider
{
    public TimeSpan Passed { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Passed;
}
