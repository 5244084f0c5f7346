using System.Text;

namespace PhotoLambda.Tests;

/// <summary>A span of opentelemetry/proto/trace/v1/trace.proto, read by the numbers of its fields.</summary>
internal sealed record OtlpSpan(string TraceId, string Id, string ParentId, string Name)
{
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    public override string ToString() =>
        $"{TraceId} {ParentId} -> {Id} {Name}: {string.Join(", ", Attributes.Select(a => $"{a.Key}={a.Value}"))}";

    /// <summary>Of an ExportTraceServiceRequest: resource spans, scope spans, spans.</summary>
    public static IEnumerable<OtlpSpan> ReadAll(byte[] request) =>
        from resource in Fields(request)
        where resource.Number == 1
        from scope in Fields(resource.Bytes)
        where scope.Number == 2
        from span in Fields(scope.Bytes)
        where span.Number == 2
        select Read(span.Bytes);

    private static OtlpSpan Read(byte[] bytes)
    {
        var fields = Fields(bytes).ToLookup(f => f.Number);
        string Hex(int number) => Convert.ToHexStringLower(fields[number].FirstOrDefault()?.Bytes ?? []);
        return new OtlpSpan(Hex(1), Hex(2), Hex(4), Encoding.UTF8.GetString(fields[5].Single().Bytes))
        {
            Attributes = fields[9].Select(f => Fields(f.Bytes).ToLookup(a => a.Number)).ToDictionary(
                a => Encoding.UTF8.GetString(a[1].Single().Bytes), a => Value(a[2].Single().Bytes)),
        };
    }

    private static string Value(byte[] any) => Fields(any).FirstOrDefault() switch
    {
        { Number: 1 } text => Encoding.UTF8.GetString(text.Bytes),
        { } number => $"{number.Varint}",
        null => "",
    };

    /// <summary>protobuf.dev/programming-guides/encoding: varints, and bytes with their length before them.</summary>
    private static IEnumerable<Field> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = ReadVarint(message, ref at);
            var (number, value, length) = ((int)(tag >> 3), 0ul, 0);
            switch (tag & 7)
            {
                case 0:
                    value = ReadVarint(message, ref at);
                    break;
                case 1:
                    length = 8;
                    break;
                case 2:
                    length = (int)ReadVarint(message, ref at);
                    break;
                case 5:
                    length = 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at {at}.");
            }

            yield return new Field(number, message[at..(at + length)], value);
            at += length;
        }
    }

    private static ulong ReadVarint(byte[] message, ref int at)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private sealed record Field(int Number, byte[] Bytes, ulong Varint);
}
