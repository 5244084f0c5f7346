using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Bulk;

/// <summary><c>GET /api/v1/bulk/{id}</c>.</summary>
internal sealed class BatchHandler(BatchStore batches, Cursors cursors)
{
    private const int UsualLimit = 50;
    private const int MostItems = 200;
    private const string CursorLimit = "a next_cursor of an earlier answer about the same batch";

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        ((var limit, var cursor), problem) = Fields.ReadQuery(http, Read);
        if (problem is not null)
        {
            return problem;
        }

        var organization = http.Caller().OrganizationId;
        var seal = await cursors.SealAsync(organization, $"rejects\n{id}", http.RequestAborted);
        var after = cursor is null ? null : seal.Open(cursor);
        if (cursor is not null && after is null)
        {
            return Problems.Invalid(new FieldError("cursor", CursorLimit, $"\"{Fields.Visible(cursor)}\""));
        }

        var place = after is null ? RejectPlace.BeforeAll : RejectPlace.Of(after.Value);
        if (await batches.FindAsync(organization, id, place, limit, http.RequestAborted) is not { } batch)
        {
            return Problems.BatchNotFound(id);
        }

        var next = batch.HasMoreRejects ? seal.Seal(batch.Rejects[^1].Place.ToPosition()) : null;
        return JsonAnswer.Write(
            StatusCodes.Status200OK, (batch, next), static (json, answer) => answer.batch.Write(json, answer.next));
    }

    public static (int Limit, string? Cursor) Read(Fields fields) => (
        (int)(fields.OptionalInteger("limit", 1, MostItems, "rejects") ?? UsualLimit),
        fields.Text("cursor", CursorSeal.Length, limit: CursorLimit));
}
