using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>A descriptor that is wrong in one way.</summary>
/// <param name="SqlState">By which it is rejected.</param>
/// <param name="Field">That is wrong; empty: none in particular.</param>
/// <param name="Reason">A part of what is said of it.</param>
/// <param name="Json">The descriptor, made of one that is right.</param>
internal sealed record BadRow(string SqlState, string Field, string Reason, Func<JsonObject, string> Json)
{
    public override string ToString() => $"{SqlState} {Field}: {Reason}";
}

/// <summary>Every way to be wrong that docs/bulk.md has a SQLSTATE for.</summary>
internal static class BadRows
{
    public const string DeletedKey = "deleted.jpg";
    public const string ForeignProject = "01990000-0000-7000-8000-00000000000f";
    public const string TakenId = "01990000-0000-7000-8000-000000000001";

    // What the parser tells, and what the database is asked before it stores anything.
    public static readonly BadRow[] Told =
    [
        new("23502", "project_id", "must be given", Without("project_id")),
        new("23502", "s3_key", "must be given", With("s3_key", "null")),
        new("23502", "mime_type", "must be given", Without("mime_type")),
        new("23502", "file_size", "must be given", Without("file_size")),
        new("23502", "exif_data.gps_coordinates", "latitude and longitude", Exif("""
            "gps_coordinates":{"latitude":1}
            """)),
        new("22P02", "", "must be an object; it is text", _ => "\"photo\""),
        new("22P02", "", "must be an object; it is null", _ => "null"),
        new("22P02", "", "must be an object; it is an array", _ => """[{"a":[1]}]"""),
        new("22P02", "width", "must be a number; it is text", With("width", "\"6000\"")),
        new("22P02", "width", "a whole number from 1 to 2147483647; it is 1.5", With("width", "1.5")),
        new("22P02", "project_id", "must be a UUID; it is 'x'", With("project_id", "\"x\"")),
        new("22P02", "sha256", "64 hexadecimal digits", With("sha256", $"\"{new string('g', 64)}\"")),
        new("22P02", "exif_data", "must be an object; it is an array", With("exif_data", "[]")),
        new("22P02", "exif_data", "names without escapes", Exif("\"\\u0000\":1")),
        new("23514", "width", "from 1 to 2147483647; it is 0", With("width", "0")),
        new("23514", "file_size", "it is -1", With("file_size", "-1")),
        new("23514", "priority", "low, normal, high; it is 'urgent'", With("priority", "\"urgent\"")),
        new("23514", "exif_data.orientation", "from 1 to 8; it is 9", Exif("\"orientation\":9")),
        new("23514", "exif_data.orientation", "it is 1.5", Exif("\"orientation\":1.5")),
        new("23514", "id", "must not be 00000000-", With("id", $"\"{Guid.Empty}\"")),
        new("23514", "file_name", "without path separators", With("file_name", "\"a/b\"")),
        new("23514", "session_id", "letters, digits", With("session_id", "\"ä\"")),
        new("23514", "etag", "it has none", With("etag", "\"\"")),
        new("23514", "detection_types", "up to 16 texts", With("detection_types", "[1]")),
        new("23514", "s3_key", "thumbnails/", With("s3_key", "\"thumbnails/a.jpg\"")),
        new("23514", "mime_type", "must be one of image/jpeg", With("mime_type", "\"image/bmp\"")),
        new("23514", "mime_type", "must be what the project takes: image/jpeg", With("mime_type", "\"image/png\"")),
        new("23514", "file_size", "must be 5000000 bytes at most, by the project", With("file_size", "5000001")),
        new("22021", "file_name", "NUL", With("file_name", "\"a\\u0000b\"")),
        new("22021", "exif_data", "NUL", Exif("\"deep\":[{\"x\":\"\\u0000\"}]")),
        new("22021", "exif_data", "NUL", Exif("\"deep\":{\"\\u0000\":1}")),
        new("22P05", "uploaded_by_user_id", "surrogate", With("uploaded_by_user_id", "\"\\ud800\"")),
        new("22P05", "exif_data", "surrogate", Exif("\"taken_at\":\"2024-05-01T12:00:00\\udc00\"")),
        new("22003", "width", "it is 2147483648", With("width", "2147483648")),
        new("22003", "duration_ms", "it is 9223372036854775808", With("duration_ms", "9223372036854775808")),
        new("22003", "exif_data", "a double can hold; one is 1e999", Exif("\"iso\":[1e999]")),
        new("22003", "exif_data.gps_coordinates.latitude", "from -90 to 90; it is 90.1", Exif("""
            "gps_coordinates":{"latitude":90.1,"longitude":0}
            """)),
        new("22008", "uploaded_at", "it is '2024-02-30T00:00:00Z'", With("uploaded_at", "\"2024-02-30T00:00:00Z\"")),
        new("22008", "exif_data.taken_at", "it is '2024-05-01T24:01:00'", Exif("\"taken_at\":\"2024-05-01T24:01:00\"")),
        new("22007", "uploaded_at", "RFC 3339", With("uploaded_at", "\"yesterday\"")),
        new("22007", "exif_data.taken_at_offset", "-18:00 to +18:00", Exif("\"taken_at_offset\":\"+18:01\"")),
        new("22001", "file_name", "255 characters at most; it has 256", With("file_name", Long("ö", 256))),
        new("22001", "s3_key", "1024 bytes at most; it has 1060", d => With("s3_key", $"\"{d["project_id"]}/"
            + $"{string.Concat(Enumerable.Repeat("ö", 511))}x\"")(d)),
        new("22001", "exif_data", "65536 bytes at most", Exif($"\"note\":{Long("x", 65_536)}")),
        new("22001", "session_id", "it has 65", With("session_id", Long("x", 65))),
        new("54000", "exif_data", "128 members at most", Exif(
            string.Join(',', Enumerable.Range(0, 129).Select(i => $"\"m{i}\":{i}")))),
        new("54001", "exif_data", "nested deeper than 8", Exif($"\"a\":{new string('[', 8)}{new string(']', 8)}")),
        new("22030", "width", "given twice", d => With("width", "1")(d)[..^1] + ",\"width\":1}"),
        new("22030", "exif_data.iso", "given twice", Exif("\"iso\":1,\"iso\":1")),
        new("42703", "", "has no member 'colour'", With("colour", "1")),
        new("42703", "", "has no member 'widt\\u0068'", With("widt\\u0068", "1")),
        new("23503", "project_id", "of the organization", With("project_id", $"\"{Guid.Empty}\"")),
        new("23503", "project_id", "of the organization", With("project_id", $"\"{ForeignProject}\"")),
        new("42501", "s3_key", "begin with the project's id", With("s3_key", $"\"{ForeignProject}/a.jpg\"")),
        new("42501", "s3_key", "begin with the project's id", With("s3_bucket", "\"elsewhere\"")),
        new("23505", "id", $"{TakenId} is that of another object", With("id", $"\"{TakenId}\"")),
        new("55000", "s3_key", "deleted just now", d => With("s3_key", $"\"{d["project_id"]}/{DeletedKey}\"")(d)),
    ];

    // What nobody knows before the database says it.
    public static readonly BadRow[] Found =
    [
        new("22003", "", "overflow", Exif("\"exposure\":1e-20000")),
        new("23514", "", "(own_rule)", With("file_name", "\"rule.jpg\"")),
        new("P0001", "", "no gulls, please", With("file_name", "\"gull.jpg\"")),
        new("22012", "", "division by zero", With("file_name", "\"zero.jpg\"")),
        new("23505", "", "conflict", With("file_name", "\"unique.jpg\"")),
        new("23505", "", "conflict", With("file_name", "\"skipped.jpg\"")),
    ];

    /// <summary>What the rows of <see cref="Told"/> are wrong by.</summary>
    public static string Policy(Guid project) => $"""
        update projects set max_image_bytes = 5000000, allowed_types = array['image/jpeg'];
        insert into organizations (id) values ('inland');
        insert into projects (id, organization_id, name) values ('{ForeignProject}', 'inland', 'Mill');
        insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
          declared_content_type, declared_size_bytes)
        values ('{TakenId}', 'inland', '{ForeignProject}', 'taken', '{BulkStage.Bucket}', 'taken', 'image/jpeg', 1);
        insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, due_at)
        values (gen_random_uuid(), '{BulkStage.Organization}', '{BulkStage.Bucket}', array['{project}/{DeletedKey}'],
          now());
        """;

    private static Func<JsonObject, string> Without(string name) => descriptor =>
    {
        descriptor.Remove(name);
        return descriptor.ToJsonString();
    };

    private static Func<JsonObject, string> With(string name, string json) => descriptor =>
        $"{Without(name)(descriptor)[..^1]},\"{name}\":{json}}}";

    private static Func<JsonObject, string> Exif(string members) => With("exif_data", $$"""{{{members.Trim()}}}""");

    private static string Long(string character, int times) =>
        $"\"{string.Concat(Enumerable.Repeat(character, times))}\"";
}
