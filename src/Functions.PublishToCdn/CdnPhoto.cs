namespace PhotoLambda.PublishToCdn;

/// <summary>A photo that is to be published, as its row is.</summary>
/// <param name="Bucket">Of the original, which tells whether the photo is still the same.</param>
/// <param name="Size">In bytes; null: not known.</param>
/// <param name="Sha256">Hexadecimal.</param>
/// <param name="PublishedBucket">Of what is published: the original, or its copy without positions.</param>
/// <param name="PublishedKey">Null: there is no such copy, and the project wants nothing else to be seen.</param>
internal sealed record CdnPhoto(
    Guid Id,
    string OrganizationId,
    string Variant,
    string Bucket,
    string Key,
    string ETag,
    long? Size,
    string? Sha256,
    string? ContentType,
    string PublishedBucket,
    string? PublishedKey)
{
    /// <summary>
    /// What its content is known by, the surest first: photos that share a name have the same bytes.
    /// </summary>
    /// <param name="ofContent">False: each version of each object is another.</param>
    public IReadOnlyList<string> Names(bool ofContent)
    {
        if (!ofContent)
        {
            return [$"{Id}/{ETag}"];
        }

        // The ETag of an object that came in parts depends on their size.
        var byETag = $"{ETag}/{Size}";
        return Sha256 is null ? [byETag]
            : ETag.Contains('-', StringComparison.Ordinal) ? [Sha256]
            : [Sha256, byETag];
    }
}
