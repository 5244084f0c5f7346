namespace PhotoLambda.Local.S3;

internal enum ConditionOutcome
{
    Holds,

    /// <summary>If-None-Match or If-Modified-Since says that the client has it already.</summary>
    NotModified,

    /// <summary>If-Match or If-Unmodified-Since does not hold.</summary>
    Failed,
}

/// <summary>The conditions of RFC 9110 section 13, in S3's order of precedence.</summary>
internal sealed record ReadConditions(
    string? IfMatch, string? IfNoneMatch, DateTimeOffset? IfModifiedSince, DateTimeOffset? IfUnmodifiedSince)
{
    /// <param name="prefix">Of the header names: empty, or <c>x-amz-copy-source-</c>.</param>
    public static ReadConditions Of(S3Request request, string prefix = "") => new(
        request.Header(prefix + "If-Match"),
        request.Header(prefix + "If-None-Match"),
        S3Time.ParseHttp(request.Header(prefix + "If-Modified-Since")),
        S3Time.ParseHttp(request.Header(prefix + "If-Unmodified-Since")));

    public ConditionOutcome Test(StoredObject item)
    {
        // Headers carry whole seconds.
        var modified = DateTimeOffset.FromUnixTimeSeconds(item.Modified.ToUnixTimeSeconds());
        if (IfMatch is not null ? !EntityTags.Match(IfMatch, item.ETag) : modified > IfUnmodifiedSince)
        {
            return ConditionOutcome.Failed;
        }

        var unchanged = IfNoneMatch is not null
            ? EntityTags.Match(IfNoneMatch, item.ETag)
            : modified <= IfModifiedSince;
        return unchanged ? ConditionOutcome.NotModified : ConditionOutcome.Holds;
    }

    /// <exception cref="S3Exception">It cannot be copied under these conditions.</exception>
    public void Require(StoredObject item)
    {
        if (Test(item) != ConditionOutcome.Holds)
        {
            throw S3Error.PreconditionFailed("x-amz-copy-source-If-*");
        }
    }
}
