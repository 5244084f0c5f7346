namespace PhotoLambda.Metadata;

/// <summary>Walks the boxes of an MPEG-4 file with sound.</summary>
internal sealed class Mp4Reader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
