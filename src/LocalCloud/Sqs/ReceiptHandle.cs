using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Local.Sqs;

/// <summary>
/// Names one receive of one message: valid after a restart without being stored, and told apart from those of other
/// queues and from made-up ones by a digest.
/// </summary>
internal sealed record ReceiptHandle(string MessageId, int ReceiveCount)
{
    private const int IdLength = 16;
    private const int DigestOffset = IdLength + sizeof(int);
    private const int Length = DigestOffset + 8;

    public string Format(string queue)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Guid.Parse(MessageId).TryWriteBytes(bytes);
        BitConverter.TryWriteBytes(bytes[IdLength..], ReceiveCount);
        Digest(queue, bytes[..DigestOffset]).CopyTo(bytes[DigestOffset..]);
        return Convert.ToBase64String(bytes);
    }

    /// <exception cref="SqsError">It is not a handle that this queue gave out.</exception>
    public static ReceiptHandle Parse(string queue, string handle)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!Convert.TryFromBase64String(handle, bytes, out var length) || length != Length
            || !Digest(queue, bytes[..DigestOffset]).SequenceEqual(bytes[DigestOffset..]))
        {
            throw SqsError.BadReceipt(handle);
        }

        return new ReceiptHandle(new Guid(bytes[..IdLength]).ToString(), BitConverter.ToInt32(bytes[IdLength..]));
    }

    private static ReadOnlySpan<byte> Digest(string queue, ReadOnlySpan<byte> handle) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(queue), .. handle]).AsSpan(0, Length - DigestOffset);
}
