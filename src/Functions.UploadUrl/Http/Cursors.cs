using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>Makes the seals of cursors, with a key that all instances share through the database.</summary>
internal sealed class Cursors(NpgsqlDataSource database)
{
    private const string SelectKey = "select key from cursor_keys where id = 1";

    private byte[]? _key;

    /// <param name="list">What is listed, and with which filters: a cursor is good for these alone.</param>
    public async ValueTask<CursorSeal> SealAsync(string organizationId, string list, CancellationToken cancellation)
    {
        // Requests that come while it is read read it too: it is the same for all.
        _key ??= await ReadKeyAsync(organizationId, cancellation);
        return new CursorSeal(_key, $"{organizationId.Length}:{organizationId}{list}");
    }

    private async Task<byte[]> ReadKeyAsync(string organizationId, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId).Add(SelectKey);
        await using var row = await batch.ReadAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? row.GetFieldValue<byte[]>(0)
            : throw new InvalidOperationException("cursor_keys is empty: its migration writes one row.");
    }
}

/// <summary>The place after an item of a list: in the order of a time and, where two share it, of the id.</summary>
internal readonly record struct Position(DateTime At, Guid Id);

/// <summary>
/// Turns a position into the text that a client hands back, and that nobody else can make: the position and 16 bytes
/// of an HMAC-SHA-256 over it, the organization and the list.
/// </summary>
internal sealed class CursorSeal(byte[] key, string context)
{
    /// <summary>Characters of a cursor.</summary>
    public const int Length = 54;

    private const int PositionBytes = 24;
    private const int MacBytes = 16;

    public string Seal(Position position)
    {
        Span<byte> bytes = stackalloc byte[PositionBytes + MacBytes];
        BitConverter.TryWriteBytes(bytes, position.At.Ticks);
        position.Id.TryWriteBytes(bytes[8..]);
        Mac(bytes[..PositionBytes], bytes[PositionBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>Null when the text is not what <see cref="Seal"/> made for this organization and list.</returns>
    public Position? Open(string text)
    {
        if (StrictBase64Url.Decode(text) is not { Length: PositionBytes + MacBytes } bytes)
        {
            return null;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        Mac(bytes.AsSpan(0, PositionBytes), mac);
        return CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(PositionBytes))
            ? new Position(new DateTime(BitConverter.ToInt64(bytes)), new Guid(bytes.AsSpan(8, 16)))
            : null;
    }

    private void Mac(ReadOnlySpan<byte> position, Span<byte> mac)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes(context), .. position];
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, whole);
        whole[..MacBytes].CopyTo(mac);
    }
}
