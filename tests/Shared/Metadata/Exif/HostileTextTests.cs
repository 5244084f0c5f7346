using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Text of EXIF tags from strangers, as far as the database.</summary>
public class HostileTextTests(CloudFixture cloud)
{
    private const int Count = 1_000;

    private static readonly int[] Tags =
        [0x010F, 0x0110, 0x0131, 0x0132, 0x9003, 0x9011, 0x9291, 0xA433, 0xA434, 0x0001, 0x001D];

    private static readonly byte[][] Parts =
    [
        [0], [0x1B, (byte)'[', (byte)'2', (byte)'J'], [0x7F], [0xC2, 0x85], // NUL, ESC, DEL, NEL
        [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], // surrogates, alone and as CESU-8
        [0xC0, 0x80], [0xE0, 0x80, 0xAF], [0xF0, 0x82, 0x82, 0xAC], // overlong
        [0xFF, 0xFE], [0xC3], [0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80], [0x80], // no UTF-8, cut, beyond U+10FFFF
        [0xE2, 0x80, 0xAE], [0xE2, 0x81, 0xA6], [0xEF, 0xBB, 0xBF], // right-to-left override, isolate, BOM
        [0xEF, 0xBF, 0xBE], [0xEF, 0xBF, 0xBF], [0xF0, 0x9F, 0x93, 0xB7], // noncharacters, a camera
        "\\u0000"u8.ToArray(), "\"}]"u8.ToArray(), "'; drop table photos; --"u8.ToArray(), "Müller"u8.ToArray(),
        [.. Enumerable.Repeat((byte)'a', 300)], " \t\r\n"u8.ToArray(), "N"u8.ToArray(),
        "2024:05:01 09:30:00"u8.ToArray(),
    ];

    [Fact]
    public async Task Any_text_of_a_file_can_be_stored()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var rows = Enumerable.Range(0, Count).Select(_ => ReadExif(Block(random))).ToArray();
        var json = rows.Select(m => MetadataJson.ExifData(m)!).ToArray();
        var errors = rows.Select(m => MetadataJson.Errors(m) ?? "[]").ToArray();
        var texts = rows.SelectMany(Texts).ToArray();

        Assert.True(texts.Length > Count, $"seed {seed}: {texts.Length} texts");
        Assert.All(texts, text => Assert.True(text.Length is > 0 and <= 256 && !text.Any(char.IsControl), $"{seed}"));
        var stored = await cloud.RowAsync(
            """
            select (select array_agg(t) from unnest($1::text[]) t),
              (select count(*) from unnest($2::text[]) j where jsonb_typeof(j::jsonb) = 'object'),
              (select count(*) from unnest($3::text[]) j where jsonb_typeof(j::jsonb) = 'array'),
              (select array_agg(j::jsonb->>'camera_make') from unnest($2::text[]) j)
            """, texts, json, errors);

        Assert.Equal(texts, stored[0]);
        Assert.Equal([(long)Count, (long)Count], stored[1..3]);
        Assert.Equal(rows.Select(m => m.Exif?.CameraMake), (string?[])stored[3]!);
    }

    /// <summary>An EXIF block with eleven hostile texts.</summary>
    internal static byte[] Block(Random random)
    {
        var exif = new ExifBuilder();
        foreach (var tag in Tags)
        {
            var text = Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => Parts[random.Next(Parts.Length)]);
            exif.Raw(tag, 2, [.. random.Next(3) == 0 ? [] : "x"u8, .. text]);
        }

        return exif.Build();
    }

    private static IEnumerable<string> Texts(MediaMetadata metadata)
    {
        string?[] texts =
        [
            metadata.Exif?.CameraMake, metadata.Exif?.CameraModel, metadata.Exif?.LensMake, metadata.Exif?.LensModel,
            metadata.Exif?.Software, .. metadata.Errors.Select(e => e.Detail),
        ];
        return texts.OfType<string>();
    }
}
