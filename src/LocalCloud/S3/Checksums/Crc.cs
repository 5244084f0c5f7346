using System.Buffers.Binary;

namespace PhotoLambda.Local.S3;

/// <summary>
/// A reflected CRC of 32 or 64 bits, all ones before and inverted after, eight bytes per step. The framework's own
/// are in a package that this project does without, and can not be combined.
/// </summary>
internal sealed class Crc
{
    public static readonly Crc Crc32 = new(0xEDB88320, 32);
    public static readonly Crc Crc32C = new(0x82F63B78, 32);
    public static readonly Crc Crc64Nvme = new(0x9A6C9329AC4BC9B5, 64);

    private readonly ulong _polynomial;
    private readonly ulong _one;
    private readonly ulong _mask;
    private readonly ulong[] _tables = new ulong[8 * 256];

    private Crc(ulong reflectedPolynomial, int width)
    {
        _polynomial = reflectedPolynomial;
        _one = 1UL << (width - 1);
        _mask = ulong.MaxValue >> (64 - width);
        Width = width;
        for (var i = 0; i < _tables.Length; i++)
        {
            // Table k tells what a byte does k bytes later.
            var crc = i < 256 ? (ulong)i : _tables[i - 256];
            for (var bit = 0; i < 256 && bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ _polynomial;
            }

            _tables[i] = i < 256 ? crc : (crc >> 8) ^ _tables[(byte)crc];
        }
    }

    /// <summary>Bits.</summary>
    public int Width { get; }

    /// <param name="crc">Of what came before; 0 at the start.</param>
    public ulong Append(ulong crc, ReadOnlySpan<byte> data)
    {
        crc ^= _mask;
        var tables = _tables.AsSpan();
        for (; data.Length >= 8; data = data[8..])
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(data);
            crc = tables[0x700 + (byte)crc] ^ tables[0x600 + (byte)(crc >> 8)]
                ^ tables[0x500 + (byte)(crc >> 16)] ^ tables[0x400 + (byte)(crc >> 24)]
                ^ tables[0x300 + (byte)(crc >> 32)] ^ tables[0x200 + (byte)(crc >> 40)]
                ^ tables[0x100 + (byte)(crc >> 48)] ^ tables[(byte)(crc >> 56)];
        }

        foreach (var octet in data)
        {
            crc = (crc >> 8) ^ tables[(byte)(crc ^ octet)];
        }

        return crc ^ _mask;
    }

    /// <summary>The CRC of two pieces in a row, from theirs alone.</summary>
    /// <param name="secondLength">Bytes of the second piece.</param>
    public ulong Combine(ulong first, ulong second, long secondLength) =>
        Multiply(PowerOfX(secondLength * 8), first) ^ second;

    private ulong PowerOfX(long exponent)
    {
        var power = _one;
        for (var square = _one >> 1; exponent > 0; exponent >>= 1, square = Multiply(square, square))
        {
            power = (exponent & 1) == 0 ? power : Multiply(square, power);
        }

        return power;
    }

    /// <summary>Product of two polynomials over GF(2), the lowest power in the highest bit, modulo the CRC's.</summary>
    private ulong Multiply(ulong a, ulong b)
    {
        ulong product = 0;
        for (var bit = _one; bit != 0; bit >>= 1)
        {
            product = (a & bit) == 0 ? product : product ^ b;
            b = (b & 1) == 0 ? b >> 1 : (b >> 1) ^ _polynomial;
        }

        return product;
    }
}
