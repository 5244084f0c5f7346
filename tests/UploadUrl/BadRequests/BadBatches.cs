using static PhotoLambda.Tests.BadRequest;

namespace PhotoLambda.Tests;

internal static class BadBatches
{
    private const string Register = "registerPhotos";
    private const string OneTooMany = "131073 bytes";

    public static IEnumerable<BadRequest> All =>
    [
        Missing(Register, "photos", "1 to 1000"),
        Member(Register, "photos", "null", "1 to 1000", "null"),
        Member(Register, "photos", "{}", "1 to 1000", "an object"),
        Member(Register, "photos", "[]", "1 to 1000", "an array of 0"),
        Member(Register, "photos", $"[{Some(1001)}]", "1 to 1000", "an array of 1001"),
        Member(Register, "photos", "[{},7]", "an object", "a number", "photos.1"),
        Member(Register, "photos", "[null]", "an object", "null", "photos.0"),
        Member(Register, "photos", "[\"{}\"]", "an object", "text", "photos.0"),
        Member(Register, "photos", $"[{Some(2)},[{{}}]]", "an object", "an array", "photos.2"),
        // What is around the text has eight bytes.
        Member(Register,
            "photos", $"[{{\"a\":\"{new string('a', 131_065)}\"}}]", "131072 bytes", OneTooMany, "photos.0"),
        Member(Register, "inspect", "\"no\"", "true or false", "text"),
        Parameter("getBatch", "cursor=", "cursor", "next_cursor", "\"\""),
        Parameter("getBatch", $"cursor={new string('A', 54)}", "cursor", "next_cursor", "AAAA"),
        Parameter("getBatch", $"cursor={new string('A', 55)}", "cursor", "next_cursor", "55 characters"),
        Parameter("getBatch", "organization_id=other", "organization_id", "absent: what may be here is limit", "other"),
        Invalid("getBatch", "limit", "given once", "given twice") with { Query = "limit=2" },
        State("getBatch", "00000000-0000-0000-0000-000000000000", 404, "batch-not-found", detail: "no batch 0000"),
    ];

    private static string Some(int count) => string.Join(',', Enumerable.Repeat("{}", count));
}
