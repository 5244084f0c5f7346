using System.Text;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Messages that are wrong as a whole, between others that are right.</summary>
public sealed class BadMessageTests(CloudFixture cloud)
{
    private const int Longest = 1_048_576;

    // As an escape of the message; one of the event is below.
    private const string HalfPair = "{\"version\":1,\"organization_id\":\"\\ud800\"}";

    // Name, SQLSTATE, field and body.
    private static readonly (string Name, string SqlState, string Field, string Body)[] Bad =
    [
        ("no JSON", "22032", "", "not JSON at all"),
        ("empty", "22032", "", ""),
        ("blank", "22032", "", " \n"),
        ("a mark", "22032", "", "\uFEFF{}"),
        ("more behind it", "22032", "", BulkStage.MessageOf("{}") + "x"),
        ("two", "22032", "", BulkStage.MessageOf("{}") + BulkStage.MessageOf("{}")),
        ("a comment", "22032", "", "/* */" + BulkStage.MessageOf("{}")),
        ("a comma too many", "22032", "", BulkStage.MessageOf("{}", "")),
        ("NaN", "22032", "", BulkStage.MessageOf("{\"width\":NaN}")),
        ("too deep", "22032", "", BulkStage.MessageOf($"{new string('[', 40)}{new string(']', 40)}")),
        ("far too deep", "22032", "", new string('[', 100_000)),
        ("an array", "22P02", "", "[]"),
        ("a text", "22P02", "", "\"x\""),
        ("null", "22P02", "", "null"),
        ("nothing in it", "23502", "version", "{}"),
        ("no organization", "23502", "organization_id", Head("\"version\":1,\"photos\":[{}]")),
        ("an empty organization", "23514", "organization_id", Of("\"photos\":[{}]", organization: "")),
        ("a long organization", "22001", "organization_id", Of("\"photos\":[{}]", organization: new string('o', 256))),
        ("half a pair", "22P05", "organization_id", HalfPair),
        ("a NUL", "22021", "organization_id", Of("\"photos\":[{}]", organization: "\\u0000")),
        ("another version", "0A000", "version", Of("\"photos\":[{}]", version: "2")),
        ("version 0", "0A000", "version", Of("\"photos\":[{}]", version: "0")),
        ("no version", "22P02", "version", Of("\"photos\":[{}]", version: "\"1\"")),
        ("a member twice", "22030", "version", Of("\"version\":1,\"photos\":[{}]")),
        ("an unknown member", "42703", "", Of("\"photo_list\":[{}]")),
        ("neither", "23514", "photos", Of("\"part\":1")),
        ("both", "23514", "photos", Of("\"photo\":{},\"photos\":[{}]")),
        ("no array", "22P02", "photos", Of("\"photos\":{}")),
        ("an empty array", "23514", "photos", Of("\"photos\":[]")),
        ("too many", "54000", "photos", Of($"\"photos\":[{Times("{}", 10_001)}]")),
        ("too long", "54000", "", Of($"\"photos\":[{Times("{}", 400_000)}]")),
        ("no batch", "22P02", "batch_id", Of("\"batch_id\":\"x\",\"photos\":[{}]")),
        ("no part of a batch", "23502", "part", Of($"\"batch_id\":\"{Guid.Empty}\",\"photos\":[{{}}]")),
        ("a part below 0", "23514", "part", Of("\"part\":-1,\"photos\":[{}]")),
        ("a part too high", "22003", "part", Of("\"part\":2147483648,\"photos\":[{}]")),
        ("no answer to inspect", "22P02", "inspect", Of("\"inspect\":\"no\",\"photos\":[{}]")),
    ];

    [Fact]
    public async Task A_message_that_is_wrong_is_rejected_whole_and_once()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        string[] bad = [.. Bad.Select(b => b.Body)];
        string[] all = [.. bad.SelectMany((b, i) => (string[])[b, BulkStage.Message(stage.Descriptor($"{i:00}"))])];

        Assert.Empty(await stage.Function.IngestAsync(all));
        Assert.Empty(await stage.Function.IngestAsync(all));

        Assert.Equal(bad.Select((_, i) => $"{i:00}.jpg"), await stage.NamesAsync());
        var rejects = await stage.RowsAsync("""
            select to_char(substr(message_id, 2)::int / 2, 'FM00'), row_number, sqlstate, coalesce(field, '')
            from ingest_rejects
            """);
        Assert.Equal(Bad.Select((b, i) => $"{i:00},-1,{b.SqlState},{b.Field}"), rejects);
        Assert.Equal(
            bad.Select(b => b[..Math.Min(b.Length, Longest)]).Order(StringComparer.Ordinal),
            await stage.RowsAsync("select row from ingest_rejects"));
    }

    [Fact]
    public async Task A_message_cut_off_anywhere_is_rejected()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var descriptor = stage.Descriptor("a");
        descriptor["exif_data"] = JsonNode.Parse("""{"iso":[1.5e3,null,true],"note":"\u00fc\n"}""");
        var whole = BulkStage.Message(descriptor);
        string[] cut = [.. Enumerable.Range(0, whole.Length).Select(length => whole[..length])];

        Assert.Empty(await stage.Function.IngestAsync(cut));

        Assert.Equal([$"22032,{cut.Length}"],
            await stage.RowsAsync("select sqlstate, count(*) from ingest_rejects where row_number = -1 group by 1"));
        Assert.Empty(await stage.NamesAsync());
    }

    [Theory]
    [InlineData("", "22032")]
    [InlineData(",\"body\":null", "22032")]
    [InlineData(",\"body\":5", "22032")]
    [InlineData(",\"body\":{\"version\":1}", "22032")]
    [InlineData(",\"body\":\"\"", "22032")]
    [InlineData(",\"body\":\"{\\\"version\\\":1}\\ud800\"", "22P05")]
    [InlineData(",\"body\":\"\\udc00\"", "22P05")]
    [InlineData(",\"body\":\"\\u0000\"", "22032")]
    public async Task A_record_whose_body_is_no_text_is_rejected(string body, string state)
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var good = JsonValue.Create(BulkStage.Message(stage.Descriptor("a"))).ToJsonString();

        var answer = await stage.Function.InvokeAsync(
            $$$"""{"Records":[{"messageId":"bad"{{{body}}}},{"body":{{{good}}},"messageId":"good","x":[{"y":1}]}]}""");

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        Assert.Equal(["a.jpg"], await stage.NamesAsync());
        Assert.Equal([$"bad,{state}"], await stage.RowsAsync("select message_id, sqlstate from ingest_rejects"));
    }

    [Fact]
    public async Task Members_stand_in_any_order_and_what_is_null_is_not_given()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var one = stage.Descriptor("a").ToJsonString();
        var two = stage.Descriptor("b");
        foreach (var name in new[] { "id", "exif_data", "width", "detection_types", "sha256", "uploaded_at", "etag" })
        {
            two[name] = null;
        }

        Assert.Empty(await stage.Function.IngestAsync(
        [
            $$"""{ "photo" : {{one}} , "inspect":true, "organization_id":"harbour", "part":null, "version":1 }""",
            $$"""
            {"photos":[ {{two.ToJsonString()}} ],"batch_id":null,"photo":null,"organization_id":"h\u0061rbour",
            "version":1}
            """,
        ]));

        Assert.Equal(["a.jpg", "b.jpg"], await stage.NamesAsync());
        Assert.Empty(await stage.RowsAsync("select * from ingest_rejects"));
    }

    [Fact]
    public async Task A_message_may_be_full_and_a_batch_may_have_ten_thousand()
    {
        const int Full = 7_000;
        await using var stage = await BulkStage.NewAsync(cloud);
        var full = Of($"\"inspect\":false,\"photos\":[{string.Join(',', Rows(stage, 0, Full))}]");
        Assert.InRange(full.Length, Longest * 9 / 10, Longest);
        var empty = Of($"\"photos\":[{Times("{}", 10_000)}]");

        Assert.Empty(await stage.Function.IngestAsync([full, empty]));
        Assert.Empty(await stage.Function.IngestAsync(
            Rows(stage, Full, 10_000).Select(row => Of($"\"inspect\":false,\"photo\":{row}"))));

        Assert.Equal(["17000"], await stage.RowsAsync("select count(*) from photos where extractor_version = 0"));
        Assert.Equal(["23502,10000,0,9999"], await stage.RowsAsync("""
            select sqlstate, count(*), min(row_number), max(row_number) from ingest_rejects group by 1
            """));
    }

    [Theory]
    [InlineData("{\"Records\":[]}")]
    [InlineData("{\"Other\":{},\"Records\":[],\"More\":1}")]
    public async Task An_event_without_messages_is_answered(string payload)
    {
        await using var stage = await BulkStage.NewAsync(cloud);

        Assert.Equal("{\"batchItemFailures\":[]}", await stage.Function.InvokeAsync(payload));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"Records\":{}}")]
    [InlineData("{\"Records\":[1]}")]
    [InlineData("{\"Records\":[{\"messageId\":\"m\",\"body\":\"\"},null,{\"messageId\":\"n\",\"body\":\"\"}]}")]
    public async Task An_event_of_no_queue_is_an_error(string payload)
    {
        await using var stage = await BulkStage.NewAsync(cloud);

        Assert.Contains("errorMessage", await stage.Function.InvokeAsync(payload), StringComparison.Ordinal);
        Assert.Empty(await stage.RowsAsync("select * from ingest_rejects"));
    }

    private static IEnumerable<string> Rows(BulkStage stage, int from, int count) =>
        Enumerable.Range(from, count).Select(n => $$"""
            {"project_id":"{{stage.Project}}","s3_key":"{{stage.Project}}/{{n}}","mime_type":"image/png","file_size":9}
            """);

    private static string Head(string members) => $"{{{members}}}";

    private static string Of(string members, string version = "1", string organization = BulkStage.Organization) =>
        Head($"\"version\":{version},\"organization_id\":\"{organization}\",{members}");

    private static string Times(string text, int count) =>
        new StringBuilder().Insert(0, text + ",", count - 1).Append(text).ToString();
}
