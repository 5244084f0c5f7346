namespace PhotoLambda.Metadata;

/// <summary>Reads the first frame of an MP3 behind its tags.</summary>
internal sealed class Mp3Reader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
