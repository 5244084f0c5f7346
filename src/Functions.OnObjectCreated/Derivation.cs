using PhotoLambda.Metadata;
using PhotoLambda.OnObjectCreated.Pictures;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// Makes of an object what its project wants: pictures, a copy without positions, the hash of its image data. However
/// many of these take the whole object, it is read once.
/// </summary>
/// <param name="bucket">Where it all goes.</param>
internal sealed class Derivation(
    ObjectReader reader, WholeObjects objects, Darkroom darkroom, Thumbnails thumbnails, PublicCopies copies,
    string bucket)
{
    /// <param name="inspection">Of an object that is what it should be.</param>
    /// <param name="metadata">All that is known of it.</param>
    /// <param name="window">With its EXIF block.</param>
    /// <inheritdoc cref="WholeObjects.UseAsync" path="/exception"/>
    public async Task<Inspection> AddAsync(
        Inspection inspection, MediaMetadata metadata, ObjectWindow window, CancellationToken cancellation)
    {
        var (version, policy) = (inspection.Version, inspection.Photo.Policy);
        var isWithin = version.Size <= WholeObjects.MaxBytes && DerivedKeys.Fit(version.Key);
        var wantsCopy = isWithin && policy.ScrubGps;
        var wantsPictures = isWithin && policy.ThumbnailSizes.Length > 0 && darkroom.CanDevelop(metadata.Type);
        var (derived, pictures) = wantsCopy || wantsPictures
            ? await objects.UseAsync(
                version, bytes => MakeAsync(inspection, metadata, bytes, wantsPictures, wantsCopy, cancellation),
                cancellation)
            : (inspection with
            {
                ImageSha256 = policy.HashImageData
                    ? await ImageData.HashAsync(metadata.Type, version.Size, Fetch(version), cancellation)
                    : null,
            }, []);
        return await StoreAsync(derived, pictures, metadata, window, cancellation);
    }

    private async Task<(Inspection Inspection, IReadOnlyList<Picture> Pictures)> MakeAsync(
        Inspection inspection, MediaMetadata metadata, byte[] bytes, bool wantsPictures, bool wantsCopy,
        CancellationToken cancellation)
    {
        var (version, policy) = (inspection.Version, inspection.Photo.Policy);
        var hash = policy.HashImageData
            ? await ImageData.HashAsync(metadata.Type, bytes.Length, Slice(bytes), cancellation)
            : null;
        var development = wantsPictures
            ? await darkroom.DevelopAsync(
                bytes, metadata.Type, policy.ThumbnailSizes, policy.MaxPixels, cancellation)
            : Development.None;
        // The copy is made in place, and a decoder that was given up still reads there.
        var own = development.Work.IsCompleted ? bytes : [.. bytes];
        return (inspection with
        {
            ImageSha256 = hash,
            PublicKey = wantsCopy ? await copies.StoreAsync(version, metadata, own, cancellation) : null,
        }, development.Pictures);
    }

    private async Task<Inspection> StoreAsync(
        Inspection inspection, IReadOnlyList<Picture> pictures, MediaMetadata metadata, ObjectWindow window,
        CancellationToken cancellation)
    {
        var stored = pictures.Count > 0
            ? await thumbnails.StoreAsync(inspection.Version, pictures, cancellation)
            : null;
        return inspection with
        {
            DerivedBucket = bucket,
            Thumbnails = stored,
            ThumbnailKey = stored?.First(t => t.MimeType == "image/jpeg").Key
                ?? await thumbnails.StoreEmbeddedAsync(inspection.Version, metadata, window, cancellation),
        };
    }

    private FetchRange Fetch(ObjectVersion version) => async (range, token) =>
        (await reader.ReadAsync(version, range.Offset, range.Count, token)).Bytes;

    private static FetchRange Slice(byte[] bytes) => (range, _) => new(bytes.AsMemory((int)range.Offset, range.Count));
}
