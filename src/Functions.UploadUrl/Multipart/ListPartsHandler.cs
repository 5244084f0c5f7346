using System.Globalization;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary><c>GET /api/v1/photos/multipart/{id}/parts</c>: what the store has, for a client that goes on.</summary>
internal sealed class ListPartsHandler(OpenUploads uploads, StoreUploads store)
{
    private const int PageSize = 100;

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (after, problem) = Fields.ReadQuery(http, ReadCursor);
        if (problem is not null)
        {
            return problem;
        }

        (var upload, problem) = await uploads.FindOpenAsync(http);
        if (upload is null)
        {
            return problem!;
        }

        return await store.ListAsync(upload, after, PageSize, http.RequestAborted) is { } page
            ? TypedResults.Ok(page)
            : Problems.UploadClosed("The store has no such upload any more.");
    }

    public static int ReadCursor(Fields fields)
    {
        var last = 0;
        fields.Text("cursor", 5, isFit: c => int.TryParse(
            c, NumberStyles.None, CultureInfo.InvariantCulture, out last), limit: "a next_cursor of an earlier answer");
        return last;
    }
}
