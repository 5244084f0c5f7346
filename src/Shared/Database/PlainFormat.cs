#pragma warning disable NPG9001 // As in PlainTypes.
using Npgsql.Internal;

namespace PhotoLambda.Database;

/// <summary>PostgreSQL's binary format of what has no twin among .NET's numbers.</summary>
internal static class PlainFormat
{
    // Microseconds are counted from here.
    private static readonly long Epoch = new DateTime(2000, 1, 1).Ticks;

    public static Guid ReadUuid(PgReader reader)
    {
        Span<byte> bytes = stackalloc byte[16];
        reader.Read(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    public static void WriteUuid(PgWriter writer, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        writer.WriteBytes(bytes);
    }

    /// <summary>As PostgreSQL counts them; what is finer is cut off.</summary>
    public static long Microseconds(DateTime value) => (value.Ticks - Epoch) / TimeSpan.TicksPerMicrosecond;

    public static DateTime ReadInstant(PgReader reader) => Read(reader, DateTimeKind.Utc);

    public static void WriteInstant(PgWriter writer, DateTime value) =>
        Write(writer, value.Kind is DateTimeKind.Utc
            ? value
            : throw new ArgumentException(
                $"A timestamptz takes a time in UTC; its kind was {value.Kind}.", nameof(value)));

    public static DateTime ReadLocal(PgReader reader) => Read(reader, DateTimeKind.Unspecified);

    public static void WriteLocal(PgWriter writer, DateTime value) =>
        Write(writer, value.Kind is not DateTimeKind.Utc
            ? value
            : throw new ArgumentException("A timestamp takes a time without a zone; its kind was Utc.", nameof(value)));

    /// <summary>The ends of what .NET can count stand for the infinities, as Npgsql has it.</summary>
    private static DateTime Read(PgReader reader, DateTimeKind kind) => reader.ReadInt64() switch
    {
        long.MaxValue => DateTime.SpecifyKind(DateTime.MaxValue, kind),
        long.MinValue => DateTime.SpecifyKind(DateTime.MinValue, kind),
        var microseconds => new DateTime(Epoch + (microseconds * TimeSpan.TicksPerMicrosecond), kind),
    };

    private static void Write(PgWriter writer, DateTime value) => writer.WriteInt64(
        value == DateTime.MaxValue ? long.MaxValue
        : value == DateTime.MinValue ? long.MinValue
        : Microseconds(value));
}
