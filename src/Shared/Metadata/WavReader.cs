namespace PhotoLambda.Metadata;

/// <summary>Walks the RIFF chunks of a WAV.</summary>
internal sealed class WavReader(Reading reading)
{
    public void Read() => reading.Error(MetadataCode.Unsupported, "recognised, but its metadata is not read");
}
