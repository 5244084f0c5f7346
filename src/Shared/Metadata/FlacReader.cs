namespace PhotoLambda.Metadata;

/// <summary>Reads the STREAMINFO of a FLAC.</summary>
internal sealed class FlacReader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
