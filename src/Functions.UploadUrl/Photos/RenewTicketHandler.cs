using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// <c>POST /api/v1/photos/{id}/upload-url</c>: a fresh ticket for a photo that still waits for its file.
/// </summary>
internal sealed class RenewTicketHandler(TicketStore tickets, TicketPrinter printer, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        var now = time.GetUtcNow();
        var (outcome, photo) = await tickets.RenewAsync(
            http.Caller(), id, now, now + TicketSigner.Lifetime, http.RequestAborted);
        outcome.Tell(http);
        return outcome.Name switch
        {
            "no_photo" => Problems.PhotoNotFound(id),
            "not_pending" => Problems.NotPending(),
            TicketOutcome.RateLimited => Problems.RateLimited(outcome.Rate!.Value),
            _ => printer.Print(http.Request, id, photo!.Key, photo.Request),
        };
    }
}
