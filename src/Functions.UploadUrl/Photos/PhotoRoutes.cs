using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

internal static class PhotoRoutes
{
    public static void MapPhotos(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/photos/{id}", GetAsync)
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("getPhoto", "photos", "Read a photo: status, metadata, detections")
            {
                Answers = [new Answer(200, "The photo", PhotoJson.Shape)],
                Problems = [ProblemKinds.PhotoNotFound],
            });
        routes.MapPatch("/api/v1/photos/{id}/status",
            (HttpContext http, ChangeStatusHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.ProcessPhotos)
            .Describe(new Operation("changePhotoStatus", "photos", "Report how the processing of a photo ended")
            {
                Body = fields => StatusChange.Read(fields),
                Answers = [new Answer(200, "The photo as it is now", PhotoJson.Shape)],
                Problems = [ProblemKinds.PhotoNotFound, ProblemKinds.IllegalTransition],
            });
        routes.MapDelete("/api/v1/photos/{id}",
            (HttpContext http, DeletePhotoHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization(Scopes.WritePhotos)
            .Describe(new Operation("deletePhoto", "photos", "Delete a photo with all its objects")
            {
                Description = "From the answer on nobody sees the photo. Objects that the store does not let go of at "
                    + "once are deleted within minutes, and one that is uploaded later, by a ticket that is still "
                    + "good, is deleted too. May be repeated for 30 days.",
                Answers = [new Answer(204, "The photo is deleted, now or before")],
                Problems = [ProblemKinds.PhotoNotFound],
            });
    }

    private static async Task<IResult> GetAsync(HttpContext http, PhotoStore photos)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        return await photos.FindAsync(http.Caller().OrganizationId, id, http.RequestAborted) is { } photo
            ? new PhotoResult(photo)
            : Problems.PhotoNotFound(id);
    }
}
