using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Uppy;

internal static class UppyRoutes
{
    public static void AddUppy(this IServiceCollection services, UploadUrlOptions options)
    {
        services.AddSingleton(s => new UploadForm(
            options.Aws, options.OriginalsBucket, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<UppySigner>();
        services.AddSingleton<UppyHandler>();
    }

    public static void MapUppy(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/uppy/sign", (HttpContext http, UppyHandler handler) => handler.SignAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("signForUppy", "uppy", "Sign a request of Uppy's S3 plugin to the store")
            {
                Description = "The `signRequest` of `@uppy/aws-s3` 6 sends its argument here, with `project_id`, "
                    + "`file_name`, `mime_type` and `file_size` beside it, and returns the answer: see docs/uppy.md. "
                    + "The key of the object is the server's. A PUT without `file_size` gets a form that is bound by "
                    + "the project's policy; an upload in parts needs `file_size`, and `part_size` when the page has a "
                    + "`getChunkSize` of its own.",
                Body = fields => UppyRequest.Read(fields),
                Answers =
                [
                    new Answer(200, "The signed request", SignedRequest.Shape) { Headers = RateLimit.Headers },
                ],
                Problems =
                [
                    ProblemKinds.ProjectNotFound, ProblemKinds.PhotoNotFound, ProblemKinds.UploadClosed,
                    ProblemKinds.RateLimited,
                ],
            });
        routes.MapPost("/api/v1/uppy/parameters",
            (HttpContext http, UppyHandler handler) => handler.GiveParametersAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("giveUppyParameters", "uppy", "Get the parameters of one upload for older Uppy")
            {
                Description = "What `getUploadParameters` of `@uppy/aws-s3` before version 6 returns.",
                Body = fields => UploadRequest.Read(fields),
                Answers =
                [
                    new Answer(200, "The parameters", UploadParameters.Shape) { Headers = RateLimit.Headers },
                ],
                Problems = [ProblemKinds.ProjectNotFound, ProblemKinds.RateLimited],
            });
    }
}
