using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Files of real cameras and programs, with MetadataExtractor as the other opinion.</summary>
public class MetadataRealPhotoTests
{
    private const string Size = "width height";

    /// <summary>File, fields, and why we say something else on purpose.</summary>
    private static readonly (string File, string Fields, string Reason)[] Deviations =
    [
        ("beach.jpg", "height", "a frame height of 0 means 'told later': unknown, not zero"),
        ("Issue 308.jpg", "latitude longitude altitude gps_time", "0, 0 is no position but a receiver without a fix"),
        ("Sony DCR-PC120E.jpg", "thumbnail", "it claims one byte more than the EXIF block has"),
        ("21ad703b38e2c350215bb92a849486f3.jpg", Size, "after FF D8 no marker follows: this is no JPEG"),
        ("b5369bcbddca7135a5708c5237ad64e4.jpg", Size, "after FF D8 no marker follows: this is no JPEG"),
        ("m1-559dcf17d281e285b7f09f943b9706de.png", Size, "IHDR fails its checksum"),
        ("m2-8f2b481b7fd9bd745e620b7c01a18df2.png", Size, "IHDR fails its checksum"),
        ("m8-a46ce91d8975a017917156b8824f936e.png", Size, "IHDR fails its checksum"),
    ];

    [Fact]
    public void Every_shared_field_agrees_with_MetadataExtractor()
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var path in RealPhotos("jpg", "png"))
        {
            var file = File.ReadAllBytes(path);
            var ours = MetadataOracle.Fields(ReadWhole(file));
            if (MetadataOracle.Fields(file) is not { } theirs)
            {
                continue;
            }

            foreach (var field in ours.Keys.Union(theirs.Keys))
            {
                compared++;
                ours.TryGetValue(field, out var mine);
                theirs.TryGetValue(field, out var other);
                if (mine != other && !IsMeant(Path.GetFileName(path), field))
                {
                    differences.Add($"{Path.GetFileName(path)} {field}: '{mine}', MetadataExtractor '{other}'");
                }
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(compared > 500, $"only {compared} fields");
    }

    [Fact]
    public void Reading_by_ranges_gives_what_the_whole_file_gives()
    {
        var small = new ReadLimits { HeadBytes = 1000, SecondBytes = 2000, ThirdBytes = 4000 };
        foreach (var path in RealPhotos("jpg", "png", "gif", "webp", "heic", "avif", "mp3", "fuzzing"))
        {
            var file = File.ReadAllBytes(path);
            foreach (var limits in new[] { ReadLimits.Default, small })
            {
                var ranges = ReadByRanges(file, out var fetched, limits);
                Assert.True(fetched.Count <= 3, path);
                if (!ranges.HasError(MetadataCode.Budget))
                {
                    Assert.Equal(Describe(ReadWhole(file, limits)), Describe(ranges));
                }
            }
        }
    }

    [Fact]
    public void Nearly_all_real_JPEGs_cost_one_request()
    {
        var (one, all, read, heads, size) = (0, 0, 0L, 0L, 0L);
        foreach (var path in RealPhotos("jpg"))
        {
            var file = File.ReadAllBytes(path);
            Assert.False(ReadByRanges(file, out var fetched).HasError(MetadataCode.Budget), path);
            one += fetched.Count == 1 ? 1 : 0;
            all++;
            read += fetched.Sum(r => (long)r.Count);
            heads += Math.Min(file.Length, ReadLimits.Default.HeadBytes);
            size += file.Length;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{one} of {all} files by one request; {100.0 * read / size:0.0} % of the bytes");
        Assert.True(one >= 0.94 * all, $"only {one} of {all}");
        Assert.True(read <= 1.1 * heads, $"{read} bytes of {size}, heads alone {heads}");
    }

    [Fact]
    public void Reading_a_photo_allocates_two_kilobytes_at_most()
    {
        var files = RealPhotos("jpg", "png").Select(File.ReadAllBytes).ToArray();
        Assert.All(files, file => ReadWhole(file));
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var file in files)
        {
            ReadWhole(file);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / files.Length, 1, 2048);
    }

    [Fact]
    public void No_photo_of_a_camera_is_called_truncated()
    {
        foreach (var path in RealPhotos("jpg").Where(p => !p.Contains("ImageTestSuite", StringComparison.Ordinal)))
        {
            Assert.False(ReadWhole(File.ReadAllBytes(path)).HasError(MetadataCode.Truncated), path);
        }
    }

    [Fact]
    public void A_photo_of_a_camera_cut_short_is_called_truncated()
    {
        // Its picture of 60 x 60 ends within the first 3 %; what follows is the rest of a memory card's cluster.
        var photos = RealPhotos("jpg").Where(p => !p.EndsWith("Pentax Optio S4i.jpg", StringComparison.Ordinal));
        foreach (var path in photos)
        {
            var file = File.ReadAllBytes(path);
            var metadata = ReadWhole(file[..Math.Min(file.Length / 2, ReadLimits.Default.HeadBytes)]);

            Assert.True(metadata.Type == MediaType.Unknown || metadata.HasError(MetadataCode.Truncated), path);
        }
    }

    private static bool IsMeant(string file, string field) =>
        Deviations.Any(d => d.File == file && d.Fields.Split(' ').Contains(field));
}
