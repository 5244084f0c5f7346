using System.Buffers;
using System.Text;

namespace PhotoLambda.Aws;

/// <summary>
/// UTF-8 written piece by piece: in the scratch space that the caller has, and in a rented array beyond.
/// </summary>
internal ref struct Utf8Text(Span<byte> scratch) : IDisposable
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");

    private Span<byte> _space = scratch;
    private byte[]? _rented;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _space[..Length];

    /// <summary>Begins anew in the same space.</summary>
    public void Clear() => Length = 0;

    public void Append(scoped ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Room(octets.Length));
        Length += octets.Length;
    }

    public void Append(scoped ReadOnlySpan<char> text) =>
        Length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    public void Append(long number)
    {
        number.TryFormat(Room(20), out var written);
        Length += written;
    }

    public void AppendHex(scoped ReadOnlySpan<byte> octets)
    {
        Span<char> digits = stackalloc char[octets.Length * 2];
        Convert.TryToHexStringLower(octets, digits, out _);
        Append(digits);
    }

    /// <summary>Percent-encodes as <see cref="SigV4.EncodePath"/> does.</summary>
    public void AppendPath(scoped ReadOnlySpan<char> path)
    {
        var plain = path.IndexOfAnyExcept(Plain);
        if (plain < 0)
        {
            Append(path);
            return;
        }

        Append(path[..plain]);
        AppendEncoded(path[plain..], keepSlash: true);
    }

    /// <summary>Percent-encodes as <see cref="SigV4.Encode"/> does.</summary>
    public void AppendEncoded(scoped ReadOnlySpan<char> text, bool keepSlash = false)
    {
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
            {
                AppendEncoded(octet, keepSlash);
            }
        }
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    private void AppendEncoded(byte octet, bool keepSlash)
    {
        var room = Room(3);
        if (octet == '/' ? keepSlash : Plain.Contains((char)octet))
        {
            room[0] = octet;
            Length++;
            return;
        }

        room[0] = (byte)'%';
        octet.TryFormat(room[1..], out _, "X2");
        Length += 3;
    }

    private Span<byte> Room(int length)
    {
        if (_space.Length - Length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + length, 2 * _space.Length));
            Written.CopyTo(larger);
            Dispose();
            _space = _rented = larger;
        }

        return _space[Length..];
    }
}
