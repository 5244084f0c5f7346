namespace PhotoLambda.Metadata;

/// <summary>Reads the first and the last page of an Ogg file.</summary>
internal sealed class OggReader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
