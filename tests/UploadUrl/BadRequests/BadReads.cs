using static PhotoLambda.Tests.BadRequest;

namespace PhotoLambda.Tests;

internal static class BadReads
{
    private static readonly string LongText = new('u', 256);

    public static IEnumerable<BadRequest> All =>
    [
        .. List(),
        .. Download(),
        Parameter("listProjects", "cursor=%20", "cursor", "next_cursor", "\" \""),
        Parameter("listProjects", $"cursor={LongText}", "cursor", "next_cursor", "256 characters"),
        Parameter("listProjects", "limit=5", "limit", "absent: what may be here is cursor", "\"5\""),
    ];

    private static IEnumerable<BadRequest> List() =>
    [
        Parameter("listPhotos", "kind=images", "kind", "image or audio", "images"),
        Parameter("listPhotos", "kind=", "kind", "image or audio", "\"\""),
        Parameter("listPhotos", "kind=image&kind=audio", "kind", "given once", "given twice"),
        Parameter("listPhotos", "status=COMPLETED", "status", "pending_upload", "COMPLETED"),
        Parameter("listPhotos", $"uploaded_by={LongText}", "uploaded_by", "1 to 255", "256 characters"),
        Parameter("listPhotos", "session_id=a%00b", "session_id", "control characters", "a\\u0000b"),
        Parameter("listPhotos", "taken_from=2026-13-01T00:00:00", "taken_from", "2026-01-31T09:30:00", "2026-13"),
        Parameter("listPhotos", "taken_to=now", "taken_to", "2026-01-31T09:30:00", "now"),
        Parameter("listPhotos", "created_from=1700000000", "created_from", "RFC 3339", "1700000000"),
        Parameter("listPhotos", "created_to=2026-02-29T00:00:00Z", "created_to", "RFC 3339", "2026-02-29"),
        Parameter("listPhotos", "cursor=%3Cscript%3E", "cursor", "next_cursor", "<script>"),
        Parameter("listPhotos", $"cursor={new string('A', 54)}", "cursor", "next_cursor", "AAAA"),
        Parameter("listPhotos", "statuss=failed", "statuss", "project_id, status, kind", "failed"),
        Parameter("listPhotos", "Status=failed", "Status", "project_id, status, kind", "failed"),
        Parameter("listPhotos", "a%0Ab=1", "a\\u000ab", "absent", "\"1\""),
        Parameter("listPhotos", "=1", "", "absent", "\"1\""),
        Parameter("listPhotos", $"{LongText}=1", LongText[..80] + "…", "absent", "\"1\""),
        Parameter("listPhotos", "organization_id=other", "organization_id", "absent", "other"),
    ];

    private static IEnumerable<BadRequest> Download() =>
    [
        Parameter("getDownloadUrl", "variant=", "variant", "original, thumbnail", "\"\""),
        Parameter("getDownloadUrl", "variant=raw", "variant", "original, thumbnail", "raw"),
        Parameter("getDownloadUrl", "variant=raw%2F..", "variant", "original, thumbnail", "raw/.."),
        Parameter("getDownloadUrl", "expires_in_hours=2", "expires_in_hours", "given once", "given twice"),
        Parameter("getDownloadUrl", "expires_in=3600", "expires_in", "variant, expires_in_hours", "3600"),
        State("getDownloadUrl", "$PENDING", 409, "not-uploaded", detail: "pending_upload"),
        State("getDownloadUrl", "$PARTS", 409, "not-uploaded", detail: "pending_upload"),
        State("getDownloadUrl", "$PROCESSING", 404, "variant-not-found", "variant=thumbnail", "thumbnail"),
        State("getDownloadUrl", "$PROCESSING", 404, "variant-not-found", "variant=visualization", "visualization"),
    ];
}
