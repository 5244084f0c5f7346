using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// <c>POST /api/v1/photos/upload-url</c>: a row that waits for its object, and a URL that takes that object only.
/// </summary>
internal sealed class IssueTicketHandler(TicketStore tickets, TicketGroups groups, TicketPrinter printer)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, key, problem) = await JsonBody.ReadWithKeyAsync(http, UploadRequest.Read);
        if (request is null)
        {
            return problem!;
        }

        // Made before the row, so that row and answer can be stored together.
        var photo = printer.Prepare(http, request);
        var answer = printer.Print(http.Request, photo.Id, photo.Key, request);
        var decision = key is null
            ? await groups.IssueAsync(photo, http.RequestAborted)
            : await tickets.IssueAsync(photo, new KeyedAnswer(key, answer), http.RequestAborted);
        if (decision.Kept is not null)
        {
            return decision.Kept;
        }

        var outcome = decision.Outcomes[0];
        outcome.Tell(http);
        return outcome.Problem(photo) ?? (IResult)answer;
    }
}
