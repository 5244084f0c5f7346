// Npgsql keeps its own types in the same way, and warns that this part of it may change with a new version: what breaks
// then is this file, and its tests.
#pragma warning disable NPG9001
using System.Buffers;
using System.Text;
using Npgsql.Internal;
using Npgsql.Internal.Postgres;

namespace PhotoLambda.Database;

/// <summary>
/// The types of our tables and their parameters, which Npgsql asks first. It knows them all itself, but sets up its
/// forty types, with arrays and lists of each, at the first parameter of a process: a tenth of a cold start. What is
/// not here it still finds there.
/// </summary>
internal sealed class PlainTypes : PgTypeInfoResolverFactory
{
    public override IPgTypeInfoResolver CreateResolver() => new Resolver();

    /// <summary>Arrays are with their elements, or Npgsql would set up its own elements first.</summary>
    public override IPgTypeInfoResolver? CreateArrayResolver() => null;

    private sealed class Resolver : IPgTypeInfoResolver
    {
        private TypeInfoMappingCollection? _types;

        public PgTypeInfo? GetTypeInfo(Type? type, DataTypeName? dataTypeName, PgSerializerOptions options) =>
            (_types ??= Types()).Find(type, dataTypeName, options);

        private static TypeInfoMappingCollection Types()
        {
            var types = new TypeInfoMappingCollection();
            types.AddType<string>(
                "pg_catalog.text",
                (options, mapping, _) => mapping.CreateInfo(
                    options, new TextConverter(options.TextEncoding), DataFormat.Text),
                isDefault: true);
            types.AddType<byte[]>(
                "pg_catalog.bytea",
                (options, mapping, _) => mapping.CreateInfo(options, new ByteaConverter()),
                isDefault: true);
            Add(types, "pg_catalog.bool", 1, r => r.ReadByte() != 0, (w, v) => w.WriteByte(v ? (byte)1 : (byte)0));
            Add(types, "pg_catalog.int2", 2, r => r.ReadInt16(), (w, v) => w.WriteInt16(v));
            Add(types, "pg_catalog.int4", 4, r => r.ReadInt32(), (w, v) => w.WriteInt32(v));
            Add(types, "pg_catalog.int8", 8, r => r.ReadInt64(), (w, v) => w.WriteInt64(v));
            Add(types, "pg_catalog.float8", 8, r => r.ReadDouble(), (w, v) => w.WriteDouble(v));
            Add(types, "pg_catalog.uuid", 16, PlainFormat.ReadUuid, PlainFormat.WriteUuid);
            Add(types, "pg_catalog.timestamptz", 8, PlainFormat.ReadInstant, PlainFormat.WriteInstant);
            Add(types, "pg_catalog.timestamp", 8, PlainFormat.ReadLocal, PlainFormat.WriteLocal, isDefault: false);
            types.AddArrayType<string>("pg_catalog.text");
            types.AddArrayType<byte[]>("pg_catalog.bytea");
            types.AddStructArrayType<int>("pg_catalog.int4");
            types.AddStructArrayType<long>("pg_catalog.int8");
            types.AddStructArrayType<Guid>("pg_catalog.uuid");
            types.AddStructArrayType<DateTime>("pg_catalog.timestamptz");
            return types;
        }

        /// <param name="isDefault">What a value of this type is where no type of the database is named.</param>
        private static void Add<T>(
            TypeInfoMappingCollection types, string name, int size, Func<PgReader, T> read, Action<PgWriter, T> write,
            bool isDefault = true)
            where T : struct =>
            types.AddStructType<T>(
                name,
                (options, mapping, _) => mapping.CreateInfo(options, new FixedConverter<T>(size, read, write)),
                isDefault ? MatchRequirement.Single : MatchRequirement.DataTypeName);
    }

    /// <param name="size">Bytes in the binary format.</param>
    private sealed class FixedConverter<T>(int size, Func<PgReader, T> read, Action<PgWriter, T> write)
        : PgBufferedConverter<T>
    {
        public override bool CanConvert(DataFormat format, out BufferRequirements bufferRequirements)
        {
            bufferRequirements = BufferRequirements.CreateFixedSize(size);
            return format is DataFormat.Binary;
        }

        protected override T ReadCore(PgReader reader) => read(reader);

        protected override void WriteCore(PgWriter writer, T value) => write(writer, value);
    }

    /// <summary>The same bytes in both formats.</summary>
    private sealed class TextConverter(Encoding encoding) : PgStreamingConverter<string>
    {
        public override bool CanConvert(DataFormat format, out BufferRequirements bufferRequirements)
        {
            bufferRequirements = BufferRequirements.None;
            return format is DataFormat.Binary or DataFormat.Text;
        }

        public override string Read(PgReader reader) => encoding.GetString(reader.ReadBytes(reader.CurrentRemaining));

        public override async ValueTask<string> ReadAsync(
            PgReader reader, CancellationToken cancellationToken = default) =>
            encoding.GetString(await reader.ReadBytesAsync(reader.CurrentRemaining, cancellationToken));

        public override Size GetSize(SizeContext context, string value, ref object? writeState) =>
            encoding.GetByteCount(value);

        public override void Write(PgWriter writer, string value) => writer.WriteChars(value, encoding);

        public override ValueTask WriteAsync(
            PgWriter writer, string value, CancellationToken cancellationToken = default) =>
            writer.WriteCharsAsync(value.AsMemory(), encoding, cancellationToken);
    }

    private sealed class ByteaConverter : PgStreamingConverter<byte[]>
    {
        public override byte[] Read(PgReader reader) => reader.ReadBytes(reader.CurrentRemaining).ToArray();

        public override async ValueTask<byte[]> ReadAsync(
            PgReader reader, CancellationToken cancellationToken = default) =>
            (await reader.ReadBytesAsync(reader.CurrentRemaining, cancellationToken)).ToArray();

        public override Size GetSize(SizeContext context, byte[] value, ref object? writeState) => value.Length;

        public override void Write(PgWriter writer, byte[] value) => writer.WriteBytes(value);

        public override ValueTask WriteAsync(
            PgWriter writer, byte[] value, CancellationToken cancellationToken = default) =>
            writer.WriteBytesAsync(value, cancellationToken);
    }
}
