using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

internal static class PhotoRoutes
{
    public static void MapPhotos(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/photos/upload-url",
            (HttpContext http, IssueTicketHandler handler) => handler.HandleAsync(http))
            .RequireAuthorization("photos:write");
        routes.MapGet("/api/v1/photos/{id:guid}", GetAsync)
            .RequireAuthorization("photos:read");
        routes.MapPatch("/api/v1/photos/{id:guid}/status",
            (HttpContext http, Guid id, ChangeStatusHandler handler) => handler.HandleAsync(http, id))
            .RequireAuthorization("photos:process");
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, PhotoStore photos) =>
        await photos.FindAsync(http.Caller().OrganizationId, id, http.RequestAborted) is { } photo
            ? new PhotoResult(photo)
            : Problems.PhotoNotFound(id);
}
