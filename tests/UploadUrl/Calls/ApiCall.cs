using System.Text;
using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>
/// A valid request of each operation. Names with a <c>$</c> are the places where an id can stand; a
/// <see cref="TenantWorld"/> has one for each.
/// </summary>
internal sealed partial record ApiCall(string Operation, string Scope, HttpMethod Method, string Path, string? Body = null)
{
    private const string File = "\"file_name\":\"a.jpg\",\"file_size\":2048,\"mime_type\":\"image/jpeg\"";
    private const string Read = "photos:read";
    private const string Write = "photos:write";

    public static readonly IReadOnlyList<ApiCall> All =
    [
        new("createProject", "projects:write", HttpMethod.Post, "/api/v1/projects", """{"name":"Quay"}"""),
        new("listProjects", Read, HttpMethod.Get, "/api/v1/projects"),
        new("getProject", Read, HttpMethod.Get, "/api/v1/projects/$PROJECT"),
        new("changeProject", "projects:write", HttpMethod.Patch, "/api/v1/projects/$PROJECT", """{"name":"Quay"}"""),
        new("issueUploadUrl", Write, HttpMethod.Post, "/api/v1/photos/upload-url", $$"""{"project_id":"$PROJECT",{{File}}}"""),
        new("issueUploadUrls", Write, HttpMethod.Post, "/api/v1/photos/upload-urls",
            $$"""{"items":[{"project_id":"$PROJECT",{{File}}},{"project_id":"$PROJECT",{{File}}}]}"""),
        new("renewUploadUrl", Write, HttpMethod.Post, "/api/v1/photos/$PENDING/upload-url"),
        new("checkPhotos", Read, HttpMethod.Post, "/api/v1/photos/check", """{"sha256":["$SHA256"]}"""),
        new("listPhotos", Read, HttpMethod.Get, "/api/v1/photos?project_id=$PROJECT&limit=10"),
        new("listPhotos", Read, HttpMethod.Get, "/api/v1/photos?session_id=$SESSION"),
        new("getPhoto", Read, HttpMethod.Get, "/api/v1/photos/$PROCESSING"),
        new("getPhotoTimeline", Read, HttpMethod.Get, "/api/v1/photos/$PROCESSING/timeline"),
        new("getDownloadUrl", Read, HttpMethod.Get, "/api/v1/photos/$PROCESSING/download-url?expires_in_hours=1"),
        new("changePhotoStatus", "photos:process", HttpMethod.Patch, "/api/v1/photos/$PROCESSING/status",
            """{"status":"completed","detections":[{"type":"boat"}]}"""),
        new("reprocessPhoto", Write, HttpMethod.Post, "/api/v1/photos/$FAILED/reprocess"),
        new("createMultipartUpload", Write, HttpMethod.Post, "/api/v1/photos/multipart", $$"""{"project_id":"$PROJECT",{{File}}}"""),
        new("createPartUrls", Write, HttpMethod.Post, "/api/v1/photos/multipart/$PARTS/parts", """{"part_numbers":[1]}"""),
        new("listParts", Write, HttpMethod.Get, "/api/v1/photos/multipart/$PARTS/parts"),
        new("completeMultipartUpload", Write, HttpMethod.Post, "/api/v1/photos/multipart/$PARTS/complete",
            """{"parts":[{"part_number":1,"etag":"d41d8cd98f00b204e9800998ecf8427e"}]}"""),
        new("abortMultipartUpload", Write, HttpMethod.Delete, "/api/v1/photos/multipart/$PARTS"),
        new("signForUppy", Write, HttpMethod.Post, "/api/v1/uppy/sign", $$"""{"method":"PUT","key":"a.jpg","project_id":"$PROJECT",{{File}}}"""),
        new("signForUppy", Write, HttpMethod.Post, "/api/v1/uppy/sign",
            """{"method":"PUT","key":"$KEY","uploadId":"made-up","partNumber":1}"""),
        new("giveUppyParameters", Write, HttpMethod.Post, "/api/v1/uppy/parameters", $$"""{"project_id":"$PROJECT",{{File}}}"""),
        new("registerPhotos", Write, HttpMethod.Post, "/api/v1/photos/bulk",
            """{"photos":[{"project_id":"$PROJECT","s3_key":"$PROJECT/a.jpg","mime_type":"image/jpeg","file_size":2048}]}"""),
        new("getBatch", Read, HttpMethod.Get, "/api/v1/bulk/$BATCH?limit=10"),
        new("deletePhoto", Write, HttpMethod.Delete, "/api/v1/photos/$PENDING"),
        new("deletePhoto", Write, HttpMethod.Delete, "/api/v1/photos/$DELETED"),
    ];

    /// <summary>The places where an id stands, each by its position among those of its path and body.</summary>
    public IReadOnlyList<string> Places => [.. Names().Matches(Path + "\n" + Body).Select(m => m.Value)];

    /// <param name="value">Gives what stands at a place, by its position and name.</param>
    public HttpRequestMessage ToRequest(Func<int, string, string> value)
    {
        var place = 0;
        string Next(string name) => value(place++, name);
        var request = new HttpRequestMessage(Method, Fill(Path, Next));
        if (Body is not null)
        {
            request.Content = new StringContent(Fill(Body, Next), Encoding.UTF8, "application/json");
        }

        return request;
    }

    /// <summary>Path or body with a value in each place.</summary>
    public static string Fill(string text, Func<string, string> value) => Names().Replace(text, m => value(m.Value));

    [GeneratedRegex(@"\$[A-Z0-9]+")]
    private static partial Regex Names();
}
