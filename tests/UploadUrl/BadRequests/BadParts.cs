using static PhotoLambda.Tests.BadRequest;

namespace PhotoLambda.Tests;

/// <summary>Of uploads in parts; that of <see cref="TenantWorld"/> has two.</summary>
internal static class BadParts
{
    private const string Urls = "createPartUrls";
    private const string Complete = "completeMultipartUpload";
    private const string Part = """{"part_number":1,"etag":"d41d8cd98f00b204e9800998ecf8427e"}""";
    private static readonly string Hash = new('0', 64);

    public static IEnumerable<BadRequest> All =>
    [
        .. PartUrls(),
        .. Completion(),
        Member("createMultipartUpload", "part_checksum", "\"md5\"", "sha256", "md5"),
        Member("createMultipartUpload", "part_checksum", "true", "sha256", "a boolean"),
        Member("createMultipartUpload", "file_size", "5368709121", "5368709120", "5368709121"),
        Parameter("listParts", "cursor=", "cursor", "next_cursor", "\"\""),
        Parameter("listParts", "cursor=-1", "cursor", "next_cursor", "-1"),
        Parameter("listParts", "cursor=100000", "cursor", "next_cursor", "6 characters"),
        Parameter("listParts", "part-number-marker=1", "part-number-marker", "absent", "\"1\""),
        State("listParts", "$PENDING", 409, "upload-closed"),
        State(Urls, "$PROCESSING", 409, "upload-closed"),
        State(Complete, "$PENDING", 409, "upload-closed"),
        State("abortMultipartUpload", "$PENDING", 409, "upload-closed"),
        State("abortMultipartUpload", "$FAILED", 409, "upload-closed"),
    ];

    private static IEnumerable<BadRequest> PartUrls() =>
    [
        Missing(Urls, "part_numbers", "1 to 100 different"),
        Member(Urls, "part_numbers", "[]", "1 to 100 different", "an array of 0"),
        Member(Urls, "part_numbers", "1", "1 to 100 different", "a number"),
        Member(Urls, "part_numbers", $"[{string.Join(',', Enumerable.Range(1, 101))}]", "1 to 100", "an array of 101"),
        Member(Urls, "part_numbers", "[0]", "from 1 to 256", "an array with 0"),
        Member(Urls, "part_numbers", "[257]", "from 1 to 256", "an array with 257"),
        Member(Urls, "part_numbers", "[1,1]", "different", "an array with 1"),
        Member(Urls, "part_numbers", "[1.5]", "whole numbers", "an array with 1.5"),
        Member(Urls, "part_numbers", "[\"1\"]", "whole numbers", "an array with text"),
        Member(Urls, "part_numbers", "[3]", "from 1 to 2 for this upload", "3"),
        Member(Urls, "sha256", "[\"x\"]", "64 hexadecimal digits", "another text"),
        Member(Urls, "sha256", $"[\"{Hash}\",\"{Hash}\"]", "as many as part_numbers: 1", "2"),
        Member(Urls, "sha256", $"[\"{Hash}\"]", "not begun with a part_checksum", "1 of them"),
    ];

    private static IEnumerable<BadRequest> Completion() =>
    [
        Missing(Complete, "parts", "1 to 256 objects"),
        Member(Complete, "parts", "[]", "1 to 256 objects", "an array of 0"),
        Member(Complete, "parts", $"[{string.Join(',', Enumerable.Repeat(Part, 257))}]", "1 to 256", "an array of 257"),
        Member(Complete, "parts", "{}", "1 to 256 objects", "an object"),
        Member(Complete, "parts", "[1]", "an array of objects", "an array with a number"),
        Member(Complete, "parts.0.part_number", "0", "from 1 to 256", "0", "parts[0].part_number"),
        Member(Complete, "parts.0.part_number", "\"1\"", "from 1 to 256", "text", "parts[0].part_number"),
        Missing(Complete, "parts.0.part_number", "from 1 to 256", "parts[0].part_number"),
        Missing(Complete, "parts.0.etag", "an ETag", "parts[0].etag"),
        Member(Complete, "parts.0.etag", "\"\"", "an ETag", "\"\"", "parts[0].etag"),
        Member(Complete, "parts.0.etag", "\"<b>\"", "an ETag", "<b>", "parts[0].etag"),
        Member(Complete, "parts.0.etag", $"\"{Hash}{Hash}\"", "an ETag", "128 characters", "parts[0].etag"),
        Member(Complete, "parts", $"[{Part}]", "each part from 1 to 2, once", "without part 2"),
        Member(Complete, "parts", $"[{Part},{Part}]", "each part from 1 to 2, once", "without part 2"),
        Member(Complete, "parts", $"[{Part},{Part},{Part.Replace(":1",
            ":2")}]", "each part from 1 to 2, once", "a list of 3"),
        Member(Complete, "parts", $"[{Part},{Part.Replace(":1",
            ":2")}]", "the parts that the store has", "not uploaded"),
    ];
}
