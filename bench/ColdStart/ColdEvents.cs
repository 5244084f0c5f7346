using System.Text;
using System.Text.Json;
using Npgsql;

namespace PhotoLambda.Bench;

/// <summary>The functions with the events that they are given, and what the rows must look like afterwards.</summary>
/// <param name="token">Of a user who may upload.</param>
/// <param name="objects">Each is told of once.</param>
internal sealed class ColdEvents(NpgsqlDataSource database, string token, Queue<ColdObject> objects)
{
    private const string Upload = "/api/v1/photos/upload-url";
    private const string Project = "00000000-0000-7000-8000-000000000001";

    private static readonly ColdGoal Portable = new(150);
    private static readonly ColdGoal ReadyToRun = new(110);
    private static readonly Dictionary<string, ColdGoal> Goals = GoalsWith(new ColdGoal(35));

    private ColdObject? _looked;

    public IReadOnlyList<ColdFunction> Functions =>
    [
        new("hello", "bench/Hello", null, () => Task.FromResult(
            new ColdEvent("{}"u8.ToArray(), _ => Task.CompletedTask))),
        new("UploadUrl", "src/Functions.UploadUrl", "UploadUrlFunction", TicketAsync)
        {
            Goals = GoalsWith(new ColdGoal(45, 45)),
        },
        new("OnObjectCreated", "src/Functions.OnObjectCreated", "OnObjectCreatedFunction", ObjectAsync)
        {
            Goals = Goals,
        },
        new("BulkIngest", "src/Functions.BulkIngest", "BulkIngestFunction", DescriptorAsync) { Goals = Goals },
        new("PublishToCdn", "src/Functions.PublishToCdn", "PublishToCdnFunction", PublicationAsync) { Goals = Goals },
        new("Sweep", "src/Functions.Sweep", "SweepFunction", ScheduleAsync) { Goals = Goals },
    ];

    private static Dictionary<string, ColdGoal> GoalsWith(ColdGoal native) => new()
    {
        ["portable"] = Portable,
        ["ReadyToRun"] = ReadyToRun,
        ["Native AOT"] = native,
    };

    private Task<ColdEvent> TicketAsync()
    {
        var body = $$"""
            {"project_id":"{{Project}}","file_name":"photo.jpg","file_size":204800,"mime_type":"image/jpeg"}
            """;
        return Task.FromResult(new ColdEvent(
            HttpApiEvent.Post(Upload, token, body),
            async response =>
            {
                var answer = JsonDocument.Parse(response).RootElement;
                if (answer.GetProperty("statusCode").GetInt32() != 200)
                {
                    throw new BenchException($"It answered {answer}");
                }

                var ticket = JsonDocument.Parse(answer.GetProperty("body").GetString()!).RootElement;
                await DemandAsync(
                    "select count(*) from photos where id = $1", ticket.GetProperty("photo_id").GetGuid(), response);
            }));
    }

    private Task<ColdEvent> ObjectAsync()
    {
        var item = _looked = objects.Dequeue();
        var record = JsonSerializer.Serialize(new
        {
            Records = new object[]
            {
                new
                {
                    eventVersion = "2.1",
                    eventSource = "aws:s3",
                    awsRegion = "us-east-1",
                    eventTime = DateTime.UtcNow,
                    eventName = "ObjectCreated:Put",
                    s3 = new
                    {
                        s3SchemaVersion = "1.0",
                        bucket = new { name = item.Bucket, arn = $"arn:aws:s3:::{item.Bucket}" },
                        @object = new
                        {
                            key = item.Key,
                            size = item.Size,
                            eTag = item.ETag,
                            sequencer = "0055AED6DCD90281E5",
                        },
                    },
                },
            },
        });
        return Task.FromResult(Queued(record, """
            select count(*) from photos p where p.id = $1 and p.width_px is not null
              and exists (select from outbox o where o.photo_id = p.id)
            """, item.Photo));
    }

    private Task<ColdEvent> DescriptorAsync()
    {
        var id = Guid.CreateVersion7();
        var key = $"{Project}/2026/11/21/{id}.jpg";
        return Task.FromResult(Queued(
            $$"""
            {"version":1,"organization_id":"bench","user_id":"user-1","photos":[{"project_id":"{{Project}}",
             "s3_key":"{{key}}","file_name":"photo.jpg","mime_type":"image/jpeg","file_size":3000000}]}
            """,
            "select count(*) from photos where s3_key_original = $1", key));
    }

    /// <summary>Of a photo whose project publishes nothing: its row is read, and the wish is struck from it.</summary>
    private async Task<ColdEvent> PublicationAsync()
    {
        var photo = (_looked ??= objects.Dequeue()).Photo;
        await using var command = database.CreateCommand("update photos set cdn_due_at = now() where id = $1");
        command.Parameters.Add(new() { Value = photo });
        await command.ExecuteNonQueryAsync();
        return Queued($$"""{"photo_id":"{{photo}}"}""",
            "select count(*) from photos where id = $1 and cdn_due_at is null", photo);
    }

    private async Task<ColdEvent> ScheduleAsync()
    {
        var key = Guid.CreateVersion7().ToString();
        await using var command = database.CreateCommand(
            "insert into strays (s3_bucket, s3_key, last_seen_at) values ('bench', $1, now() - interval '31 days')");
        command.Parameters.Add(new() { Value = key });
        await command.ExecuteNonQueryAsync();
        var payload = """
            {"version":"0","id":"6f3d1d5c-0000-4000-8000-000000000000","detail-type":"Scheduled Event",
             "source":"aws.events","account":"000000000000","time":"2026-11-21T12:00:00Z","region":"us-east-1",
             "resources":["arn:aws:events:us-east-1:000000000000:rule/sweep"],"detail":{}}
            """u8;
        return new ColdEvent(payload.ToArray(), response => DemandAsync(
            "select 1 - count(*) from strays where s3_key = $1", key, response));
    }

    /// <param name="sql">Counts 1 when all is done.</param>
    private ColdEvent Queued(string body, string sql, object parameter) => new(
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            Records = new[]
            {
                new
                {
                    messageId = Guid.NewGuid(),
                    receiptHandle = new string('A', 180),
                    body,
                    attributes = new { ApproximateReceiveCount = "1", SentTimestamp = "1773119783636" },
                    messageAttributes = new { },
                    md5OfBody = new string('0', 32),
                    eventSource = "aws:sqs",
                    eventSourceARN = "arn:aws:sqs:us-east-1:000000000000:bench",
                    awsRegion = "us-east-1",
                },
            },
        }),
        response => DemandAsync(sql, parameter, response));

    private async Task DemandAsync(string sql, object parameter, byte[] response)
    {
#pragma warning disable CA2100 // Constants of this class.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = parameter });
        if ((long)(await command.ExecuteScalarAsync())! != 1)
        {
            throw new BenchException($"The rows are not there. The response was {Encoding.UTF8.GetString(response)}");
        }
    }
}
