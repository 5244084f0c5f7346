using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

internal static class TicketRoutes
{
    public static void MapTickets(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/photos/upload-url",
            (HttpContext http, IssueTicketHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("issueUploadUrl", "photos", "Get a ticket to upload one file")
            {
                Description = "What the project's policy does not allow is refused as a bad field is.",
                Body = fields => UploadRequest.Read(fields),
                TakesIdempotencyKey = true,
                Answers = [new Answer(200, "The ticket", TicketPrinter.Shape) { Headers = RateLimit.Headers }],
                Problems = [ProblemKinds.ProjectNotFound, ProblemKinds.RateLimited],
            });
        routes.MapPost("/api/v1/photos/upload-urls",
            (HttpContext http, IssueTicketsHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("issueUploadUrls", "photos", "Get tickets for up to 100 files")
            {
                Description = "Each item has an outcome of its own, in the order of the request. "
                    + "Tickets are given in that order as far as the user's limit goes.",
                Body = fields => TicketsRequest.Read(fields),
                TakesIdempotencyKey = true,
                Answers =
                [
                    new Answer(200, "An outcome for each", IssueTicketsHandler.Shape) { Headers = RateLimit.Headers },
                ],
            });
        routes.MapPost("/api/v1/photos/{id}/upload-url",
            (HttpContext http, RenewTicketHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("renewUploadUrl", "photos", "Get a fresh ticket for a file that has not come")
            {
                Description = "For the same file: what the first ticket said of it cannot be changed.",
                Answers = [new Answer(200, "The ticket", TicketPrinter.Shape) { Headers = RateLimit.Headers }],
                Problems = [ProblemKinds.PhotoNotFound, ProblemKinds.NotPending, ProblemKinds.RateLimited],
            });
        routes.MapPost("/api/v1/photos/check",
            (HttpContext http, KnownPhotos known) => known.HandleAsync(http))
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("checkPhotos", "photos", "Ask which files are there already, by their SHA-256")
            {
                Description = "Known is a file of the organization that was uploaded and has not failed.",
                Body = fields => HashesRequest.Read(fields),
                Answers = [new Answer(200, "An item for each hash, in their order", KnownPhotos.Shape)],
            });
    }
}
