using PhotoLambda.Aws;
using PhotoLambda.Media;
using PhotoLambda.Sqs;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Lists, timelines, downloads, and another try for what failed.</summary>
internal static class ReadingRoutes
{
    private const string AboutTheList =
        "Newest first, by `created_at`; with `taken_from` or `taken_to` by the time that the photos were taken at, "
        + "latest first, and only those that tell one. All filters given must hold. Each `…_from` is included, each "
        + "`…_to` is not.\n\n"
        + "`created_…` are instants. `taken_…` are compared with the camera's clock as the file has it, since few "
        + "files tell their offset: an offset here is accepted and does not count.\n\n"
        + "`cursor` is the `next_cursor` of an answer to the same filters, and good for these only; `limit` may "
        + "differ. Photos that come or go between two pages make no other photo appear twice or not at all. A page "
        + "may have fewer photos than `limit`: the list ends where `next_cursor` is null.";

    private const string AboutDownloads =
        "The store answers with `content_type`; images of JPEG, PNG, WebP, GIF, AVIF and HEIC open in a browser, and "
        + "anything else is saved to a file.\n\n"
        + "`expires_in_seconds` is when the signature ends. A URL never outlives the credentials that it was signed "
        + "with: those of a Lambda function's role end after some hours, and every URL made with them ends then. Ask "
        + "for a new URL when one is needed, rather than keep one for days; where URLs must last, run the API with "
        + "credentials that do.";

    private const string AboutReprocessing =
        "The photo goes from `failed` back to `uploaded`, and a new job goes to the detectors: at once, or, when the "
        + "queue does not take it, a little later. Only for photos whose object was accepted: one that is not what its "
        + "ticket said needs a new upload.";

    public static void MapReading(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/photos", (HttpContext http, ListPhotosHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("listPhotos", "photos", "List photos, newest first, a page at a time")
            {
                Description = AboutTheList,
                Query = fields => ListPhotosHandler.Read(fields),
                Answers = [new Answer(200, "A page", PhotoPageResult.Shape)],
            });
        routes.MapGet("/api/v1/photos/{id}/timeline", TimelineAsync)
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("getPhotoTimeline", "photos", "Read how a photo came to be what it is")
            {
                Answers = [new Answer(200, "Its transitions, the newest 1,000", Timeline.Shape)],
                Problems = [ProblemKinds.PhotoNotFound],
            });
        routes.MapGet("/api/v1/photos/{id}/download-url",
            (HttpContext http, DownloadUrlHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("getDownloadUrl", "photos", "Get a URL to download a photo, or what was made of it")
            {
                Description = AboutDownloads,
                Query = fields => DownloadUrlHandler.Read(fields),
                Answers = [new Answer(200, "The URL", DownloadAnswer.Shape)],
                Problems =
                [
                    ProblemKinds.PhotoNotFound, ProblemKinds.VariantNotFound, ProblemKinds.NotUploaded,
                    ProblemKinds.NotScrubbed,
                ],
            });
        routes.MapPost("/api/v1/photos/{id}/reprocess",
            (HttpContext http, ReprocessHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("reprocessPhoto", "photos", "Have a failed photo processed again")
            {
                Description = AboutReprocessing,
                Answers = [new Answer(200, "The photo as it is now", PhotoJson.Shape)],
                Problems = [ProblemKinds.PhotoNotFound, ProblemKinds.IllegalTransition, ProblemKinds.NotUploaded],
            });
    }

    public static void AddReading(this IServiceCollection services, UploadUrlOptions options)
    {
        services.AddSingleton(s => new DownloadSigner(options.Aws, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(options.CdnLinks);
        services.AddSingleton<PhotoLinks>();
        services.AddSingleton(_ => new QueueClient(
            AwsHttp.NewClient(),
            options.Aws, options.DetectionQueueUrl.OriginalString));
        services.AddSingleton<Cursors>();
        services.AddSingleton<PhotoList>();
        services.AddSingleton<TimelineStore>();
        services.AddSingleton<ReprocessStore>();
        services.AddSingleton<ListPhotosHandler>();
        services.AddSingleton<DownloadUrlHandler>();
        services.AddSingleton<ReprocessHandler>();
    }

    private static async Task<IResult> TimelineAsync(HttpContext http, TimelineStore timelines)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        return await timelines.FindAsync(http.Caller().OrganizationId, id, http.RequestAborted) is { } timeline
            ? TypedResults.Ok(timeline)
            : Problems.PhotoNotFound(id);
    }
}
