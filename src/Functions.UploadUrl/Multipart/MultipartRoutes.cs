using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

internal static class MultipartRoutes
{
    private const string Route = "/api/v1/photos/multipart";

    private static readonly IReadOnlyList<ProblemKind> Usual =
        [ProblemKinds.PhotoNotFound, ProblemKinds.UploadClosed];

    public static void AddMultipart(this IServiceCollection services)
    {
        services.AddSingleton<StoreUploads>();
        services.AddSingleton<MultipartStore>();
        services.AddSingleton<OpenUploads>();
        services.AddSingleton<CreateMultipartHandler>();
        services.AddSingleton<PartUrlsHandler>();
        services.AddSingleton<ListPartsHandler>();
        services.AddSingleton<CompleteMultipartHandler>();
        services.AddSingleton<AbortMultipartHandler>();
    }

    public static void MapMultipart(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route, (HttpContext http, CreateMultipartHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("createMultipartUpload", "multipart", "Begin to upload one file in parts")
            {
                Description = "For large files and bad connections: a part that fails is sent again alone. With "
                    + "`part_checksum` the store checks each part by the SHA-256 that its URL was asked for with.",
                Body = fields => MultipartRequest.Read(fields),
                TakesIdempotencyKey = true,
                Answers = [new Answer(200, "The upload", MultipartAnswer.Shape) { Headers = RateLimit.Headers }],
                Problems = [ProblemKinds.ProjectNotFound, ProblemKinds.RateLimited, ProblemKinds.StoreUnavailable],
            });
        routes.MapPost(Route + "/{id}/parts", (HttpContext http, PartUrlsHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("createPartUrls", "multipart", "Get URLs to upload parts of a file")
            {
                Body = fields => PartUrlsRequest.Read(fields),
                Answers = [new Answer(200, "A URL for each", PartUrls.Shape)],
                Problems = Usual,
            });
        routes.MapGet(Route + "/{id}/parts", (HttpContext http, ListPartsHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("listParts", "multipart", "List the parts that the store has")
            {
                Query = fields => ListPartsHandler.ReadCursor(fields),
                Answers = [new Answer(200, "A page of up to 100", PartPage.Shape)],
                Problems = [.. Usual, ProblemKinds.StoreUnavailable],
            });
        routes.MapPost(Route + "/{id}/complete",
            (HttpContext http, CompleteMultipartHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("completeMultipartUpload", "multipart", "Make the parts an object")
            {
                Description = "May be repeated: the answer is the same.",
                Body = fields => CompletionRequest.Read(fields),
                Answers = [new Answer(200, "The object is there", CompletionAnswer.Shape)],
                Problems = [.. Usual, ProblemKinds.StoreUnavailable],
            });
        routes.MapDelete(Route + "/{id}",
            (HttpContext http, AbortMultipartHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("abortMultipartUpload", "multipart", "Give up an upload in parts")
            {
                Description = "The photo goes with it. May be repeated for 30 days.",
                Answers = [new Answer(204, "It is given up, now or before")],
                Problems = Usual,
            });
    }
}
