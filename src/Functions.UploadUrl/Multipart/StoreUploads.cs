using System.Globalization;
using System.Net;
using PhotoLambda.S3;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>Uploads in parts as the store knows them.</summary>
/// <exception cref="StoreUnavailableException">Of every request: the store did not answer, or cannot.</exception>
internal sealed class StoreUploads(Buckets buckets, TimeProvider time)
{
    // A client waits, and its API gateway for 30 seconds at most.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // S3 takes minutes to complete the largest uploads. It goes on by itself, and the client asks again.
    private static readonly TimeSpan CompletionPatience = TimeSpan.FromSeconds(20);

    /// <param name="partChecksum">What each part is to be checked by; null: by its length alone. S3 takes a checksum of
    /// a part only if the upload was begun with its algorithm, and then of every part.</param>
    /// <returns>The store's name of the upload.</returns>
    public async Task<string> BeginAsync(
        string bucket, string key, string contentType, string? partChecksum, CancellationToken cancellation)
    {
        // A try whose answer is lost leaves an empty upload behind; the bucket's lifecycle rule removes it.
        var answer = await SendAsync(HttpMethod.Post, bucket, key, [new("uploads", "")], request =>
        {
            request.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
            if (partChecksum is not null)
            {
                request.Headers.TryAddWithoutValidation("x-amz-checksum-algorithm", partChecksum.ToUpperInvariant());
            }
        }, default, cancellation);
        return answer is { IsSuccess: true, Body.Name: "InitiateMultipartUploadResult" }
            && answer.Body.Child("UploadId") is { Length: > 0 } id
            ? id
            : throw answer.Unexpected("the beginning of an upload");
    }

    /// <param name="after">The number of the last part of the page before; 0 for the first page.</param>
    /// <returns>Null when the store has no such upload.</returns>
    public async Task<PartPage?> ListAsync(PartedUpload upload, int after, int most, CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Get, upload.Bucket, upload.Key,
            [
                new("max-parts", most.ToString(CultureInfo.InvariantCulture)),
                new("part-number-marker", after.ToString(CultureInfo.InvariantCulture)),
                new("uploadId", upload.UploadId!),
            ], null, default, cancellation);
        if (answer is { Code: "NoSuchUpload" })
        {
            return null;
        }

        return answer is { IsSuccess: true, Body.Name: "ListPartsResult" } && PartPage.Read(answer.Body) is { } page
            ? page
            : throw answer.Unexpected("a request for the list of parts");
    }

    /// <summary>Makes the parts an object, unless there is one of this key or their lengths do not add up.</summary>
    /// <returns>Success with the object's ETag, or an error that the parts or the upload gave reason for.</returns>
    public Task<StoreAnswer> CompleteAsync(
        PartedUpload upload, IEnumerable<UploadedPart> parts, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, upload.Bucket, upload.Key, [new("uploadId", upload.UploadId!)], request =>
        {
            request.Content!.Headers.TryAddWithoutValidation("Content-Type", "application/xml");
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
            request.Headers.TryAddWithoutValidation(
                "x-amz-mp-object-size", upload.Size!.Value.ToString(CultureInfo.InvariantCulture));
        }, CompletionList.Of(parts.Select(p => (p.Number, p.ETag, p.Sha256))), cancellation, CompletionPatience);

    /// <returns>The ETag of the object; null when there is none.</returns>
    public async Task<string?> FindObjectAsync(string bucket, string key, CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Head, bucket, key, [], null, default, cancellation);
        return answer switch
        {
            { IsSuccess: true } => answer.ETag,
            // S3 tells nobody who may not list the bucket that an object is not there.
            { Status: HttpStatusCode.NotFound or HttpStatusCode.Forbidden } => null,
            _ => throw answer.Unexpected("a request for an object's head"),
        };
    }

    public async Task AbortAsync(string bucket, string key, string uploadId, CancellationToken cancellation)
    {
        var answer = await SendAsync(
            HttpMethod.Delete, bucket, key, [new("uploadId", uploadId)], null, default, cancellation);
        if (answer is { IsSuccess: false, Code: not "NoSuchUpload" })
        {
            throw answer.Unexpected("the end of an upload");
        }
    }

    private async Task<StoreAnswer> SendAsync(
        HttpMethod method,
        string bucket,
        string key,
        KeyValuePair<string, string>[] query,
        Action<HttpRequestMessage>? prepare,
        byte[]? body,
        CancellationToken cancellation,
        TimeSpan? patience = null)
    {
        try
        {
            using var response = await buckets.Of(bucket).SendAsync(
                method, key, query, prepare, body, time.GetUtcNow() + (patience ?? Patience), cancellation, patience);
            return await StoreAnswer.ReadAsync(response, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            throw new StoreUnavailableException(e.Message, e);
        }
    }
}
