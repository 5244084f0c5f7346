using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>The uploads that routes name by the photo's id.</summary>
internal sealed class OpenUploads(MultipartStore uploads, TimeProvider time)
{
    /// <summary>Finds the upload of <c>{id}</c>, in whatever state it is.</summary>
    /// <returns>Either the upload or the problem.</returns>
    public async Task<(PartedUpload? Upload, Problem? Problem)> FindAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return (null, problem);
        }

        return await uploads.FindAsync(http.Caller().OrganizationId, id, http.RequestAborted) is { } upload
            ? (upload, null)
            : (null, Problems.PhotoNotFound(id));
    }

    /// <summary>Finds the upload of <c>{id}</c>, which must be under way.</summary>
    /// <inheritdoc cref="FindAsync" path="/returns"/>
    public async Task<(PartedUpload? Upload, Problem? Problem)> FindOpenAsync(HttpContext http)
    {
        var (upload, problem) = await FindAsync(http);
        return upload is not null && WhyClosed(upload) is { } reason
            ? (null, Problems.UploadClosed(reason))
            : (upload, problem);
    }

    /// <returns>Null when parts can be uploaded.</returns>
    public string? WhyClosed(PartedUpload upload) => upload.WhyClosed(time.GetUtcNow())
        ?? (upload.UploadId is null ? "The store was never asked for it." : null);
}
