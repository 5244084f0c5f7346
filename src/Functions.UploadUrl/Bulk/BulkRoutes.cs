using PhotoLambda.Aws;
using PhotoLambda.Sqs;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Bulk;

internal static class BulkRoutes
{
    private const string AboutRegistering =
        "For objects that are in a bucket already: their descriptors are accepted as they are, and looked at where "
        + "they are stored. One that is wrong is rejected alone; the batch tells which, and why. A descriptor of an "
        + "object that has a photo changes nothing, so that a request may come again.\n\n"
        + "All photos are the organization's of the token. `uploaded_by_user_id` may name whoever uploaded the object "
        + "at the time, and is not compared with the token: the batch keeps who asked for it.\n\n"
        + "With an `Idempotency-Key` the same request names the same batch for as long as that is there, and sends "
        + "again what is not done. Upload URLs are limited by the minute; these are not.";

    private const string AboutBatches =
        "`rejects` has a page of the descriptors that could not be stored, in the order of the request; where they are "
        + "long, it has fewer than `limit`. More of them may come until `finished` is true.";

    public static void MapBulk(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/photos/bulk",
            (HttpContext http, RegisterPhotosHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("registerPhotos", "bulk", "Register up to 1,000 objects that are in a bucket")
            {
                Description = AboutRegistering,
                Body = fields => BulkRequest.Read(fields),
                TakesIdempotencyKey = true,
                Answers =
                [
                    new Answer(202, "The batch, whose photos will come", RegisterPhotosHandler.Shape)
                    {
                        Headers = [("Location", "The batch's path")],
                    },
                ],
                Problems = [ProblemKinds.QueueUnavailable],
            });
        routes.MapGet("/api/v1/bulk/{id}", (HttpContext http, BatchHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("getBatch", "bulk", "Read how far a batch is, and what of it was rejected")
            {
                Description = AboutBatches,
                Query = fields => BatchHandler.Read(fields),
                Answers = [new Answer(200, "The batch", Batch.Shape)],
                Problems = [ProblemKinds.BatchNotFound],
            });
    }

    public static void AddBulk(this IServiceCollection services, UploadUrlOptions options)
    {
        services.AddSingleton<BatchStore>();
        services.AddSingleton<BatchHandler>();
        services.AddSingleton(s => new RegisterPhotosHandler(
            s.GetRequiredService<BatchStore>(),
            new QueueClient(
                AwsHttp.NewClient(),
                options.Aws, options.BulkQueueUrl.OriginalString),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<RegisterPhotosHandler>>()));
    }
}
