using static PhotoLambda.Tests.BadRequest;

namespace PhotoLambda.Tests;

internal static class BadTickets
{
    private const string Hash = "0000000000000000000000000000000000000000000000000000000000000000";

    public static IEnumerable<BadRequest> All =>
    [
        .. File("issueUploadUrl", 52_428_800, "52428800"),
        .. File("createMultipartUpload", 524_288_000, "524288000"),
        .. File("giveUppyParameters", 52_428_800, "52428800"),
        .. Items(),
        .. Check(),
        State("renewUploadUrl", "$PROCESSING", 409, "not-pending"),
        State("renewUploadUrl", "$FAILED", 409, "not-pending"),
        State("renewUploadUrl", "$PARTS", 409, "not-pending"),
    ];

    /// <summary>What is true of a file however it is uploaded.</summary>
    /// <param name="most">Bytes, by the policy of a project that has none of its own.</param>
    private static IEnumerable<BadRequest> File(string operation, long most, string limit) =>
    [
        Missing(operation, "project_id", "a UUID"),
        Missing(operation, "file_name", "1 to 255"),
        Missing(operation, "file_size", "from 1024"),
        Missing(operation, "mime_type", "image/jpeg, image/png"),
        Member(operation, "project_id", "\"{0191f7a0-0000-7000-8000-000000000000}\"", "a UUID", "38 characters"),
        Member(operation, "file_name", "\"../a.jpg\"", "path separators", "../a.jpg"),
        Member(operation, "file_name", "\"a\\u2028b\"", "path separators", "b"),
        Member(operation, "file_size", "1023", "from 1024", "1023"),
        Member(operation, "file_size", $"{most + 1}", limit, $"{most + 1}"),
        Member(operation, "file_size", "9223372036854775808", "whole number", "9223372036854775808"),
        Member(operation, "mime_type", "\"image/svg+xml\"", "image/jpeg, image/png", "image/svg+xml"),
        Member(operation, "mime_type", "\"audio/mpeg\"", "image/jpeg or image/png", "audio/mpeg"),
        Member(operation, "detection_types", "{\"a\":1}", "at most 16", "an object"),
        Member(operation, "priority", "1", "low, normal or high", "a number"),
        Member(operation, "session_id", "\"a/b\"", "letters, digits", "a/b"),
    ];

    private static IEnumerable<BadRequest> Items() =>
    [
        Missing("issueUploadUrls", "items", "1 to 100"),
        Member("issueUploadUrls", "items", "[]", "1 to 100", "an array of 0"),
        Member("issueUploadUrls",
            "items", $"[{string.Join(',', Enumerable.Repeat("{}", 101))}]", "1 to 100", "an array of 101"),
        Member("issueUploadUrls", "items", "{}", "1 to 100", "an object"),
        Member("issueUploadUrls", "items",
            "[[]]", "an array of objects", "an array with an array") with { IsOfItem = true },
        OfItem("project_id", "\"x\"", "a UUID", "x"),
        OfItem("file_name", "\"\"", "1 to 255", "\"\""),
        OfItem("file_size", "0", "from 1024", "0"),
        OfItem("file_size", "52428801", "52428800", "52428801"),
        OfItem("mime_type", "\"text/html\"", "image/jpeg, image/png", "text/html"),
        OfItem("sha256", "\"00\"", "64 hexadecimal digits", "00"),
        OfItem("priority", "\"\"", "low, normal or high", "\"\""),
    ];

    private static BadRequest OfItem(string member, string json, string limit, string value)
    {
        var file = new Dictionary<string, string>
        {
            ["project_id"] = "\"$PROJECT\"",
            ["file_name"] = "\"a.jpg\"",
            ["file_size"] = "2048",
            ["mime_type"] = "\"image/jpeg\"",
            [member] = json,
        };
        var item = string.Join(',', file.Select(m => $"\"{m.Key}\":{m.Value}"));
        return Member("issueUploadUrls", "items", $"[{{{item}}}]", limit, value, member) with { IsOfItem = true };
    }

    private static IEnumerable<BadRequest> Check() =>
    [
        Missing("checkPhotos", "sha256", "1 to 1000"),
        Member("checkPhotos", "sha256", "[]", "1 to 1000", "an array of 0"),
        Member("checkPhotos",
            "sha256", $"[{string.Join(',', Enumerable.Repeat($"\"{Hash}\"", 1001))}]", "1 to 1000", "1001"),
        Member("checkPhotos", "sha256", $"\"{Hash}\"", "1 to 1000", "text"),
        Member("checkPhotos", "sha256", $"[\"{Hash[1..]}\"]", "64 hexadecimal digits", "another text"),
        Member("checkPhotos", "sha256", $"[\"{Hash[1..]}g\"]", "64 hexadecimal digits", "another text"),
        Member("checkPhotos", "sha256", $"[\"{Hash}\",7]", "64 hexadecimal digits", "a number"),
        Member("checkPhotos", "project_id", "\"harbour\"", "a UUID", "harbour"),
        Member("checkPhotos", "project_id", "[]", "a UUID", "an array"),
    ];
}
