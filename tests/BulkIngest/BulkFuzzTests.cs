using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Messages that were right before something happened to them.</summary>
public sealed class BulkFuzzTests(CloudFixture cloud)
{
    private const int Batches = 40;
    private const int Messages = 50;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e999", "1e-20000", "99999999999999999999", "\"\"", "\"\\u0000\"", "\"\\ud800\"",
        "[]", "{}",
        "[[[[[[[[[[]]]]]]]]]]", "\"2024-02-30T00:00:00Z\"", "\"a/../b\"", "{\"latitude\":1,\"longitude\":2}",
    ];

    [Fact]
    public async Task Nothing_is_thrown_returned_or_lost_whatever_a_message_is()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var bodies = new Dictionary<string, string>();
        for (var batch = 0; batch < Batches; batch++)
        {
            (string Id, string Body)[] messages = [.. Enumerable.Range(0, Messages).Select(
                m => ($"{batch}-{m}", Mutated(Whole(stage, random), random)))];
            var answer = await stage.Function.InvokeAsync(LoneOnObjectCreated.Messages(messages));

            Assert.Equal("{\"batchItemFailures\":[]}", answer);
            messages.ToList().ForEach(m => bodies.Add(m.Id, m.Body));
        }

        var rejects = await stage.RowsAsync("select message_id, row_number from ingest_rejects");
        var rejected = rejects.ToHashSet();
        var keys = (await stage.RowsAsync("select s3_bucket || '/' || s3_key_original from photos")).ToHashSet();
        var told = new HashSet<string>();
        foreach (var (id, body) in bodies.Where(b => !rejected.Contains($"{b.Key},-1")))
        {
            var accepted = Descriptors(body).Select((d, i) => (Descriptor: d, Number: i))
                .Where(d => !rejected.Contains($"{id},{d.Number}"));
            told.UnionWith(accepted.Select(a => Place(a.Descriptor)));
        }

        Assert.Equal(told.Order(), keys.Order());
        Assert.Equal(rejects.Length, rejected.Count);
        Assert.True(keys.Count > Messages && rejects.Length > Messages, "The mutations are too weak, or too strong.");
    }

    private static string Whole(BulkStage stage, Random random) =>
        BulkStage.Message([.. Enumerable.Range(0, 3).Select(_ =>
        {
            var descriptor = stage.Descriptor($"{random.NextInt64():x16}");
            descriptor["exif_data"] = JsonNode.Parse(
                """{"iso":100,"taken_at":"2024-05-01T12:00:00","note":"\u00fc"}""");
            (descriptor["width"], descriptor["uploaded_at"]) = (6000, "2024-05-01T12:30:00+02:00");
            return descriptor;
        })]);

    private static string Mutated(string body, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        switch (random.Next(5))
        {
            case 0:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                var (start, end) = (random.Next(bytes.Length), random.Next(bytes.Length));
                bytes = [.. bytes[..start], .. bytes[end..]];
                break;
            case 2:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
                break;
            case 3:
                var message = JsonNode.Parse(body)!.AsObject();
                var descriptor = random.Next(5) == 0 ? message : message["photos"]![random.Next(3)]!.AsObject();
                descriptor[descriptor.ElementAt(random.Next(descriptor.Count)).Key] = "@";
                return message.ToJsonString().Replace("\"@\"", random.GetItems(Values, 1)[0], StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static JsonElement[] Descriptors(string body) =>
        [.. JsonSerializer.Deserialize<JsonElement>(body).GetProperty("photos").EnumerateArray()];

    private static string Place(JsonElement descriptor) =>
        (descriptor.TryGetProperty("s3_bucket", out var bucket) && bucket.ValueKind == JsonValueKind.String
            ? bucket.GetString() : BulkStage.Bucket) + "/" + descriptor.GetProperty("s3_key").GetString();
}
