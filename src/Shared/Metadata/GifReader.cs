namespace PhotoLambda.Metadata;

/// <summary>Reads the logical screen of a GIF.</summary>
internal sealed class GifReader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
