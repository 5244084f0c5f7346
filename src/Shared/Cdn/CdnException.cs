namespace PhotoLambda.Cdn;

/// <summary>The CDN did not do what it was asked for.</summary>
/// <param name="reason">For the row of the photo: without keys, tokens and signed URLs.</param>
internal sealed class CdnException(string reason) : Exception(reason)
{
    public const string StoreGone = "the object is no longer in the store as it was read";

    /// <summary>It did not answer, or is overloaded: whoever asks next is likely to hear the same.</summary>
    public bool IsOutage { get; init; }

    /// <summary>It may do it yet: an answer is missing.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>How long it wants to be left alone.</summary>
    public TimeSpan RetryAfter { get; init; }
}

/// <summary>The store does not give the object away now.</summary>
internal sealed class CdnSourceException(string message, Exception? inner = null) : Exception(message, inner);
