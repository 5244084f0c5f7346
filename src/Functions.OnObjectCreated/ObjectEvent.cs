namespace PhotoLambda.OnObjectCreated;

/// <summary>One record of the store: an object came to be.</summary>
/// <param name="Key">Decoded.</param>
/// <param name="Sequencer">Padded, so that ordinal order is the order of events on one key.</param>
internal sealed record ObjectEvent(
    string Bucket, string Key, string ETag, long Size, string Sequencer, string? VersionId)
{
    private const int SequencerLength = 32;

    /// <summary>When the store says that it happened.</summary>
    public DateTime At { get; init; }

    // AmazonS3 notification-content-structure: compare as strings, the shorter padded right with zeros.
    public static string Pad(string sequencer) => sequencer.ToUpperInvariant().PadRight(SequencerLength, '0');
}
