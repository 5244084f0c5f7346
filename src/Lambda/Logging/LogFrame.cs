using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PhotoLambda.Lambda;

/// <summary>
/// The header before each message on the descriptor of <c>_LAMBDA_TELEMETRY_LOG_FD</c>, which keeps a message of
/// several lines one message: kind, length (4 bytes each) and microseconds since 1970 (8 bytes), big-endian.
/// </summary>
internal static class LogFrame
{
    public const uint Json = 0xa55a0002;
    public const uint Text = 0xa55a0003;
    public const int HeaderLength = 16;

    public static void Reserve(ArrayBufferWriter<byte> buffer)
    {
        buffer.GetSpan(HeaderLength)[..HeaderLength].Clear();
        buffer.Advance(HeaderLength);
    }

    public static void Complete(ArrayBufferWriter<byte> buffer, bool json, DateTimeOffset time)
    {
        var frame = MemoryMarshal.AsMemory(buffer.WrittenMemory).Span;
        BinaryPrimitives.WriteUInt32BigEndian(frame, json ? Json : Text);
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], frame.Length - HeaderLength);
        BinaryPrimitives.WriteInt64BigEndian(frame[8..], (time - DateTimeOffset.UnixEpoch).Ticks / 10);
    }
}
