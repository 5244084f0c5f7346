namespace PhotoLambda.Metadata;

/// <summary>Walks the RIFF chunks of a WebP.</summary>
internal sealed class WebPReader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
