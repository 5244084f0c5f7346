using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary><c>GET /api/v1/photos</c>.</summary>
internal sealed class ListPhotosHandler(PhotoList photos, Cursors cursors)
{
    private const int UsualLimit = 50;
    private const int MostItems = 200;
    private const string CursorLimit = "a next_cursor of an earlier answer to the same filters";

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var ((filter, limit, cursor), problem) = Fields.ReadQuery(http, Read);
        if (problem is not null)
        {
            return problem;
        }

        var organization = http.Caller().OrganizationId;
        var seal = await cursors.SealAsync(organization, filter.Identity, http.RequestAborted);
        var after = cursor is null ? null : seal.Open(cursor);
        if (cursor is not null && after is null)
        {
            return Problems.Invalid(new FieldError("cursor", CursorLimit, $"\"{Fields.Visible(cursor)}\""));
        }

        // One more than the page has tells whether there is another.
        var items = await photos.ReadAsync(organization, filter, after, limit + 1, http.RequestAborted);
        return new PhotoPageResult(items, limit, seal);
    }

    public static (PhotoFilter Filter, int Limit, string? Cursor) Read(Fields fields) => (
        PhotoFilter.Read(fields),
        (int)(fields.OptionalInteger("limit", 1, MostItems, "photos") ?? UsualLimit),
        fields.Text("cursor", CursorSeal.Length, limit: CursorLimit));
}
