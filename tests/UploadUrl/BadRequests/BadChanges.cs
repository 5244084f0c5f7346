using static PhotoLambda.Tests.BadRequest;

namespace PhotoLambda.Tests;

internal static class BadChanges
{
    private const string Report = "changePhotoStatus";
    private static readonly string LongReason = new('r', 501);
    private static readonly string LongDetections = $"[\"{new string('d', 32 * 1024)}\"]";

    public static IEnumerable<BadRequest> All =>
    [
        Missing(Report, "status", "completed or failed"),
        Member(Report, "status", "\"uploaded\"", "completed or failed", "uploaded"),
        Member(Report, "status", "\"Completed\"", "completed or failed", "Completed"),
        Member(Report, "status", "3", "completed or failed", "a number"),
        Member(Report, "failure_reason", "\"because\"", "absent when the status is completed", "because"),
        Body(Report, """{"status":"failed"}""", "failure_reason", "1 to 500", null),
        Body(Report, """{"status":"failed","failure_reason":""}""", "failure_reason", "1 to 500", "\"\""),
        Body(Report, $$"""{"status":"failed","failure_reason":"{{LongReason}}"}""",
            "failure_reason", "1 to 500", "501 characters"),
        Body(Report, """{"status":"failed","failure_reason":"a\u001bb"}""",
            "failure_reason", "control characters", "a\\u001bb"),
        Body(Report, """{"status":"failed","failure_reason":[]}""", "failure_reason", "1 to 500", "an array"),
        Member(Report, "detections", "{}", "an array of at most 32768 bytes", "an object"),
        Member(Report, "detections", "\"boat\"", "an array of at most 32768 bytes", "text"),
        Member(Report, "detections", LongDetections, "an array of at most 32768 bytes", "32772 bytes"),
        Member(Report, "detections", "[\"a\\u0000b\"]", "without NUL", "an array with a NUL"),
        Member(Report, "detections", "[\"\\ud800\"]", "Unicode text", "an array with a lone surrogate"),
        Member(Report, "detections",
            "[1e1000000]", "range of PostgreSQL's numeric", "an array with a number out of range"),
        Member(Report, "transcript", "\"a\\u0000b\"", "without NUL", "\\u0000"),
        Member(Report, "transcript", $"\"{new string('a', 200_001)}\"", "1 to 200000", "200001 characters long"),
        Member(Report, "transcript", "[]", "1 to 200000", "an array"),
        Member(Report, "transcript", "\"words\"", "absent for an image", "text"),
        State(Report, "$PENDING", 409, "illegal-transition", detail: "pending_upload"),
        State(Report, "$FAILED", 409, "illegal-transition", detail: "failed"),
        State("reprocessPhoto", "$PENDING", 409, "illegal-transition", detail: "pending_upload"),
        State("reprocessPhoto", "$PROCESSING", 409, "illegal-transition", detail: "processing"),
    ];
}
