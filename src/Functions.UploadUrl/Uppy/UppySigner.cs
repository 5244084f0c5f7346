using System.Globalization;
using PhotoLambda.Aws;
using PhotoLambda.UploadUrl.Multipart;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Uppy;

/// <summary>Signs the requests that Uppy sends to the store, each bound as tightly as its protocol allows.</summary>
internal sealed class UppySigner(Presigner presigner, UploadForm form)
{
    private static readonly TimeSpan Lifetime = TicketSigner.Lifetime;

    /// <summary>One PUT of exactly this file.</summary>
    public SignedRequest Put(NewPhoto photo) =>
        Sign("PUT", photo.Key, photo.Id, [], TicketSigner.SignedHeaders(photo.Request));

    /// <summary>A form for a file of unknown size.</summary>
    /// <param name="mostBytes">By the project's policy.</param>
    public SignedRequest Form(NewPhoto photo, long mostBytes) => new(
        form.Url, photo.Key, null,
        form.Fields(photo.Key, photo.Request.MimeType, UploadRequest.LeastBytes, mostBytes, Lifetime), photo.Id);

    /// <summary>The beginning of an upload in parts.</summary>
    public SignedRequest Begin(NewPhoto photo) => Sign(
        "POST", photo.Key, photo.Id, [new("uploads", "")], [new("content-type", photo.Request.MimeType)]);

    public SignedRequest Part(PartedUpload upload, int number) => Sign(
        "PUT", upload.Key, upload.PhotoId, [new("partNumber", Number(number)), new("uploadId", upload.UploadId!)],
        [new("content-length", Number(upload.Plan.LengthOf(number)))]);

    /// <summary>The store itself holds the parts together against the declared size.</summary>
    public SignedRequest Complete(PartedUpload upload) => Sign(
        "POST", upload.Key, upload.PhotoId, [new("uploadId", upload.UploadId!)],
        [new("if-none-match", "*"), new("x-amz-mp-object-size", Number(upload.Size!.Value))]);

    /// <param name="method"><c>GET</c> lists the parts, <c>DELETE</c> gives the upload up.</param>
    public SignedRequest Other(PartedUpload upload, string method) =>
        Sign(method, upload.Key, upload.PhotoId, [new("uploadId", upload.UploadId!)], []);

    private SignedRequest Sign(
        string method,
        string key,
        Guid photoId,
        ReadOnlySpan<KeyValuePair<string, string>> query,
        ReadOnlySpan<KeyValuePair<string, string>> headers)
    {
        var url = presigner.Presign(new PresignRequest(method, key, Lifetime) { Query = query, Headers = headers });
        var toSend = new Dictionary<string, string>();
        foreach (var (name, value) in headers)
        {
            // A browser sets the length itself, to that of the file, and lets no page do it.
            if (name != "content-length")
            {
                toSend.Add(name, value);
            }
        }

        return new SignedRequest(url, key, toSend, null, photoId);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
