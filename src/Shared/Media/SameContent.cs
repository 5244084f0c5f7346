using System.Security.Cryptography;
using PhotoLambda.S3;

namespace PhotoLambda.Media;

internal static class SameContent
{
    /// <summary>
    /// Holds what is left of a content, and what was read of it, against an object. No checksum of the store's is
    /// relied on: that of an upload in parts is not the file's.
    /// </summary>
    /// <returns>The object; null when it has another content, or is gone.</returns>
    public static async Task<NewObject?> FindSameAsync(
        this StoredObjects objects, string bucket, string key, UploadContent content, long most,
        DateTimeOffset deadline, CancellationToken cancellation)
    {
        var hash = await content.HashAllAsync(most, cancellation);
        try
        {
            await using var stored = await objects.OpenAsync(bucket, key, null, 0, null, deadline, cancellation);
            return hash is not null && stored.TotalLength == content.Count
                && (await SHA256.HashDataAsync(stored, cancellation)).AsSpan().SequenceEqual(hash)
                ? new NewObject(stored.ETag, null, content.Count, hash)
                : null;
        }
        catch (ObjectMissingException)
        {
            return null;
        }
    }
}
