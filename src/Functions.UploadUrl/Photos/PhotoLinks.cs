using PhotoLambda.Cdn;
using PhotoLambda.Media;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Where the pictures of a photo are to be had for a day. Safe for concurrent use.</summary>
internal sealed class PhotoLinks(DownloadSigner store, CdnLinks cdn, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <returns>
    /// At the CDN, or else from the store; null where there is nothing, or nothing that may be linked.
    /// </returns>
    public string? Of(Photo photo) => photo switch
    {
        { CdnUrl: { } url } => cdn.Of(url, time.GetUtcNow() + Lifetime),
        { Original: { } file } => store.Sign(file, Lifetime),
        _ => null,
    };

    /// <param name="key">Of something that was made of the photo.</param>
    public string OfDerived(Photo photo, string key) =>
        store.Sign(StoredFile.Derived(photo.DerivedBucket, key, photo.FileName, "thumbnail"), Lifetime);
}
