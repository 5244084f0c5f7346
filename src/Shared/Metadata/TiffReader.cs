namespace PhotoLambda.Metadata;

/// <summary>Walks the directories of a TIFF file.</summary>
internal sealed class TiffReader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
