using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>
/// What is wrong with a request whatever it asks for: for each operation of the document that takes such a thing.
/// </summary>
internal static class BadShapes
{
    private static readonly string[] Ids =
        ["42", "%20", "0191f7a0000070008000000000000000", "0191f7a0-0000-7000-8000-00000000000g"];

    private static readonly (string Json, string Detail)[] Bodies =
    [
        ("", "Line 1, byte 1"), ("[{}]", "an array"), ("\"{}\"", "text"), ("{\"a\":1,}", "byte 8"),
        ("{\"a\":1}}", "byte 8"), (new string('[', 17), "cannot be read"),
    ];

    public static IEnumerable<BadRequest> All =>
        Operations().SelectMany(o => OfPath(o).Concat(OfBody(o)).Concat(OfKey(o)));

    private static IEnumerable<(string Id, JsonObject Json)> Operations()
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.json")))!;
        return document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject())
            .Select(m => (m.Value!["operationId"]!.GetValue<string>(), m.Value!.AsObject()));
    }

    private static IEnumerable<BadRequest> OfPath((string Id, JsonObject Json) operation) =>
        !Takes(operation.Json, "id") ? [] : Ids.Select(id =>
            BadRequest.Invalid(operation.Id, "id", "a UUID", $"\"{Uri.UnescapeDataString(id)}\"") with { PathId = id });

    private static IEnumerable<BadRequest> OfBody((string Id, JsonObject Json) operation)
    {
        if (operation.Json["requestBody"] is null)
        {
            return [];
        }

        var malformed = Bodies.Select(b => new BadRequest(operation.Id, 400, "malformed-json")
        {
            Bytes = [.. b.Json.Select(c => (byte)c)],
            Detail = b.Detail,
        });
        return
        [
            .. malformed,
            new(operation.Id, 400, "malformed-json")
            {
                Bytes = [.. "{\""u8, 0xC0, 0x80, .. "\":1}"u8],
                Detail = "UTF-8",
            },
            new(operation.Id, 415, "unsupported-media-type") { ContentType = "text/plain", Detail = "text/plain" },
            new(operation.Id, 415, "unsupported-media-type") { ContentType = null, Detail = "it was missing" },
            new(operation.Id, 413, "body-too-large") { Bytes = TooLong(operation.Id), Detail = "at most" },
            // What else is wrong with it depends on the operation.
            new(operation.Id, 400, "invalid-request") { Bytes = [.. "{\"\\udfff\":1}"u8] },
        ];
    }

    private static byte[] TooLong(string operation) =>
        [.. Enumerable.Repeat((byte)' ', operation switch
        {
            "registerPhotos" => (4 * 1024 * 1024) + 1,
            "changePhotoStatus" => (1024 * 1024) + 1,
            _ => 820_000,
        })];

    private static IEnumerable<BadRequest> OfKey((string Id, JsonObject Json) operation) =>
        !Takes(operation.Json, "Idempotency-Key") ? [] :
        [
            OfKey(operation.Id, "", "\"\""),
            OfKey(operation.Id, "a\tb", "a\\u0009b"),
            OfKey(operation.Id, new string('k', 256), "256 characters"),
        ];

    private static BadRequest OfKey(string operation, string key, string value) =>
        BadRequest.Invalid(operation, "Idempotency-Key", "1 to 255 printable ASCII", value) with
        {
            Header = ("Idempotency-Key", key),
        };

    private static bool Takes(JsonObject operation, string parameter) =>
        operation["parameters"]?.AsArray().Any(p => p!["name"]!.GetValue<string>() == parameter) ?? false;
}
