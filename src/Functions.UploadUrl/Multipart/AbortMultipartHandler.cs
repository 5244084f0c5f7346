using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>
/// <c>DELETE /api/v1/photos/multipart/{id}</c>: a photo that is still pending is deleted, and with it its upload.
/// </summary>
internal sealed class AbortMultipartHandler(MultipartStore uploads, DeletePhotoHandler photos)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        var upload = await uploads.FindAsync(http.Caller().OrganizationId, id, http.RequestAborted);
        if (upload is { PartSize: null })
        {
            return Problems.UploadClosed(upload.WhyClosed(default)!);
        }

        // Without a row it may be the repetition of an earlier abortion, which the deletion knows.
        return await photos.DeletePendingAsync(http, id)
            ?? (upload is null ? Problems.PhotoNotFound(id)
                : Problems.UploadClosed("The photo is no longer pending: `DELETE` the photo itself."));
    }
}
