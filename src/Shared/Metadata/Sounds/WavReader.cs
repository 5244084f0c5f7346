using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Walks the chunks of a WAVE file (RIFF, RF64, BW64) to its sound: format from <c>fmt</c>, length from <c>data</c>, or
/// from <c>fact</c> where the sound is compressed.
/// </summary>
internal sealed class WavReader(Reading reading)
{
    private const int ChunkHeader = 8;

    /// <summary>Stands for a length that is in <c>ds64</c>, or that a program writing to a pipe never knew.</summary>
    private const uint Unsaid = uint.MaxValue;

    private WavFormat? _format;
    private uint? _samples;
    private long? _longData;

    public void Read()
    {
        var at = 12L;
        for (var chunks = 0; chunks < reading.Limits.MaxSegments; chunks++)
        {
            if (!reading.TryRead(at, ChunkHeader, out var header))
            {
                return;
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            at += ChunkHeader;
            if (header.StartsWith("data"u8))
            {
                ReadData(at, length);
                return;
            }

            if (!TryChunk(header, at, length))
            {
                return;
            }

            at += length + (length & 1);
        }

        reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments}");
    }

    /// <returns>False where bytes are missing, or the chunk is broken.</returns>
    private bool TryChunk(ReadOnlySpan<byte> header, long at, uint length)
    {
        if (length > reading.Window.Length - at)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {reading.Window.Length}, in a chunk of {length} at {at}");
            return false;
        }

        var (isFormat, isFact, isLong) =
            (header.StartsWith("fmt "u8), header.StartsWith("fact"u8), header.StartsWith("ds64"u8));
        var wanted = isFormat ? WavFormat.Length : isFact ? 4 : isLong ? 16 : 0;
        if (length < wanted)
        {
            reading.Error(MetadataCode.BadLength, $"chunk of {length} bytes at {at}");
            return false;
        }

        if (!reading.TryRead(at, isFormat ? (int)Math.Min(length, WavFormat.ExtensibleLength) : wanted, out var bytes))
        {
            return false;
        }

        if (isFormat)
        {
            _format ??= WavFormat.Read(bytes);
        }
        else if (isFact)
        {
            _samples = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        }
        else if (isLong)
        {
            _longData = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        }

        return true;
    }

    private void ReadData(long at, uint length)
    {
        if (_format is not { } format)
        {
            reading.Error(MetadataCode.BadStructure, "data, but no fmt before it");
            return;
        }

        var bytes = Available(length == Unsaid && _longData is { } real ? real : length, at);
        if (!format.IsPossible)
        {
            reading.Error(MetadataCode.BadHeader, $"{format.BlockBytes} bytes in a block, {format.ByteRate} a second");
        }

        var seconds = format.Seconds(bytes, _samples);
        new Sound(format.Rate, format.Channels) { Seconds = seconds, Bytes = bytes }.TellTo(reading);
    }

    /// <returns>How many of these bytes there are.</returns>
    private long Available(long length, long at)
    {
        var rest = reading.Window.Length - at;
        if (length is Unsaid or < 0 || (length == 0 && rest > 0))
        {
            reading.Error(MetadataCode.BadLength, $"data does not say its length; {rest} bytes follow");
            return rest;
        }

        if (length > rest)
        {
            reading.Error(MetadataCode.Truncated, $"has {rest} of {length} bytes of data");
        }

        return Math.Min(length, rest);
    }
}
