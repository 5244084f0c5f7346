using static PhotoLambda.Tests.BadRequest;

namespace PhotoLambda.Tests;

internal static class BadUppyRequests
{
    private const string Sign = "signForUppy";
    private const string Words = "PUT, POST, GET or DELETE";
    private static readonly string LongText = new('k', 1025);

    public static IEnumerable<BadRequest> All => [.. Begin(), .. GoOn()];

    private static IEnumerable<BadRequest> Begin() =>
    [
        Missing(Sign, "method", Words),
        Member(Sign, "method", "\"PATCH\"", Words, "PATCH"),
        Member(Sign, "method", "\"put\"", Words, "put"),
        Member(Sign, "method", "{}", Words, "an object"),
        Missing(Sign, "key", "1 to 1024"),
        Member(Sign, "key", "\"\"", "1 to 1024", "\"\""),
        Member(Sign, "key", $"\"{LongText}\"", "1 to 1024", "1025 characters"),
        Member(Sign, "key", "\"a\\u0000b\"", "control characters", "a\\u0000b"),
        Missing(Sign, "project_id", "a UUID"),
        Missing(Sign, "file_name", "1 to 255"),
        Member(Sign, "file_name", "\".\"", "path separators", "."),
        Missing(Sign, "mime_type", "image/jpeg, image/png"),
        Member(Sign, "mime_type", "\"image/gif\"", "image/jpeg or image/png", "image/gif"),
        Member(Sign, "contentType", $"\"{LongText}\"", "1 to 255", "1025 characters"),
        Member(Sign, "file_size", "10", "from 1024", "10"),
        Member(Sign, "file_size", "52428801", "52428800", "52428801"),
        Member(Sign, "part_size", "5242879", "from 5242880 to 5368709120", "5242879"),
        Member(Sign, "session_id", "\"\"", "letters, digits", "\"\""),
        Body(Sign, """
            {"method":"POST","key":"a.jpg","project_id":"0191f7a0-0000-7000-8000-000000000000","file_name":"a.jpg",
             "mime_type":"image/jpeg"}
            """, "file_size", "from 1024", null),
    ];

    private static IEnumerable<BadRequest> GoOn() =>
    [
        Body(Sign, """{"method":"GET","key":"k"}""", "uploadId", "1 to 1024", null),
        Body(Sign, """{"method":"DELETE","key":"k"}""", "uploadId", "1 to 1024", null),
        Body(Sign, """{"method":"PUT","key":"k","partNumber":1}""", "uploadId", "since there is a partNumber", null),
        Body(Sign, """{"method":"PUT","key":"k","uploadId":"u"}""", "partNumber", "from 1 to 10000", null),
        Body(Sign, """{"method":"PUT","key":"k","uploadId":"u","partNumber":0}""",
            "partNumber", "from 1 to 10000", "0"),
        Body(Sign, """{"method":"PUT","key":"k","uploadId":"u","partNumber":10001}""",
            "partNumber", "from 1 to 10000", "10001"),
        Body(Sign, """{"method":"PUT","key":"k","uploadId":"u","partNumber":"1"}""",
            "partNumber", "from 1 to 10000", "text"),
        Body(Sign, """{"method":"GET","key":"k","uploadId":["u"]}""", "uploadId", "1 to 1024", "an array"),
        Body(Sign, """{"method":"GET","key":"k","uploadId":""}""", "uploadId", "1 to 1024", "\"\""),
    ];
}
