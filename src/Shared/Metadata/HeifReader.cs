namespace PhotoLambda.Metadata;

/// <summary>Walks the boxes of HEIC and AVIF files.</summary>
internal sealed class HeifReader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
