using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Reads a FLAC's STREAMINFO (RFC 9639, 8.2), steps over the other metadata blocks, and looks at the last frame to see
/// whether all samples are there.
/// </summary>
/// <param name="start">Where the signature is: behind ID3v2 tags, where a program put such before it.</param>
internal sealed class FlacReader(Reading reading, long start = 0)
{
    private const int BlockHeader = 4, InfoLength = 34;

    public void Read()
    {
        if (!reading.TryRead(start + 4, BlockHeader + InfoLength, out var head))
        {
            return;
        }

        if ((head[0] & 0x7F) != 0 || Length(head) != InfoLength)
        {
            reading.Error(MetadataCode.BadStructure, "the first block is not STREAMINFO");
            return;
        }

        var info = FlacInfo.Read(head[BlockHeader..]);
        var samples = info.Samples;
        var hasFrames = TrySkipBlocks(isLast: (head[0] & 0x80) != 0, out var frames);
        if (hasFrames)
        {
            ReadEnd(info, frames, ref samples);
        }

        new Sound(info.Rate, info.Channels)
        {
            Seconds = samples > 0 && info.Rate > 0 ? (double)samples / info.Rate : null,
            Bytes = hasFrames ? reading.Window.Length - frames : null,
        }.TellTo(reading);
    }

    /// <summary>A cover may take megabytes: only the headers of blocks are read.</summary>
    private bool TrySkipBlocks(bool isLast, out long at)
    {
        at = start + 4 + BlockHeader + InfoLength;
        for (var blocks = 0; !isLast; blocks++)
        {
            if (blocks == reading.Limits.MaxSegments)
            {
                reading.Error(MetadataCode.TooManySegments, $"more than {blocks}");
                return false;
            }

            if (!reading.TryRead(at, BlockHeader, out var header))
            {
                return false;
            }

            isLast = (header[0] & 0x80) != 0;
            at += BlockHeader + Length(header);
        }

        if (at >= reading.Window.Length)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {reading.Window.Length}, before the sound");
        }

        return at < reading.Window.Length;
    }

    /// <summary>An encoder that wrote to a pipe never came back to write the number of samples.</summary>
    private void ReadEnd(FlacInfo info, long frames, ref long samples)
    {
        var length = reading.Window.Length;
        // The last frame starts within its own length from the end; a tag of 128 bytes may follow it.
        var wanted = Math.Max(reading.Limits.TailBytes, Math.Min(info.MaxFrame + 128, reading.Limits.HeadBytes));
        var from = Math.Max(frames, length - wanted);
        if (!reading.TryRead(from, (int)(length - from), out var tail))
        {
            return;
        }

        var last = FlacFrame.LastSample(tail, info);
        if (samples > 0 && last < samples)
        {
            reading.Error(MetadataCode.Truncated, $"has {last} of {samples} samples");
        }
        else if (samples == 0 && last is null)
        {
            reading.Error(MetadataCode.BadStructure, "no number of samples, and no frame at the end");
        }

        samples = samples > 0 ? samples : last ?? 0;
    }

    private static int Length(ReadOnlySpan<byte> header) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(header) & 0xFFFFFF);
}
