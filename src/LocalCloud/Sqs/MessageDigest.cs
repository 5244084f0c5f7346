using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>The MD5 digests by which SDKs check that a message arrived as it was sent.</summary>
internal static class MessageDigest
{
    public static string OfBody(string body) => Hex(Encoding.UTF8.GetBytes(body));

    /// <summary>
    /// Names in order, each followed by type and value: all with their length before, and one byte for how the value
    /// is carried. Source: SQSDeveloperGuide/sqs-message-metadata.html, "Calculating the MD5 message digest".
    /// </summary>
    /// <returns>Null when there are no attributes.</returns>
    public static string? OfAttributes(IReadOnlyDictionary<string, AttributeValue>? attributes)
    {
        if (attributes is not { Count: > 0 })
        {
            return null;
        }

        using var buffer = new MemoryStream();
        foreach (var (name, value) in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            Write(buffer, Encoding.UTF8.GetBytes(name));
            Write(buffer, Encoding.UTF8.GetBytes(value.DataType!));
            buffer.WriteByte(value.BinaryValue is null ? (byte)1 : (byte)2);
            Write(buffer, value.BinaryValue ?? Encoding.UTF8.GetBytes(value.StringValue!));
        }

        return Hex(buffer.ToArray());
    }

    private static void Write(MemoryStream buffer, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        buffer.Write(length);
        buffer.Write(bytes);
    }

#pragma warning disable CA5351 // The API asks for MD5; it finds accidents, and nothing secret hangs on it.
    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
}
