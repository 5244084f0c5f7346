using System.Diagnostics;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.AudioBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;
using static PhotoLambda.Tests.Mp4Builder;
using static PhotoLambda.Tests.OggBuilder;

namespace PhotoLambda.Tests;

/// <summary>Broken sound files: nothing throws, and what a reading costs has a bound.</summary>
public class AudioFuzzTests
{
    private const int Mutants = 10_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    /// <summary>So small that a short file is read in several ranges.</summary>
    private static readonly ReadLimits Small =
        new() { HeadBytes = 300, SecondBytes = 600, ThirdBytes = 6000, TailBytes = 200 };

    /// <summary>One of each kind, with tags, two tracks and the like.</summary>
    private static readonly byte[][] Files =
    [
        [.. Id3(30), .. Frames(6), .. Ape(20), .. Id3v1()],
        [.. Frame("Xing", 6, 7 * 417), .. Frames(6)],
        [.. Frame("VBRI", 3, 4 * 417), .. Frames(3)],
        Wav(null, "RIFF",
            RiffChunk("LIST", new byte[7]), RiffChunk("fact", Little(500, 4)), RiffChunk("data", new byte[999])),
        Wav(null, "RF64", RiffChunk("ds64", [.. Little(0, 8), .. Little(900, 8), .. new byte[12]]),
            RiffChunk("data", new byte[900], uint.MaxValue)),
        Flac(3 * 4096, FlacBlock(4, new byte[40], isLast: true)),
        [.. Id3(20), .. Flac(0)],
        [.. Ftyp(), .. Moov(Track(edits: Edits((2000, 1024))), Track(handler: "text")), .. Mdat(500)],
        [.. Ftyp("isom"), .. Mdat(500), .. Moov(Track(0), Box("mvex", Box("mehd", new byte[4], Big(7000, 4))))],
        [.. Ftyp(), .. Moov(Track(0, entry: Entry(Box("alac", new byte[40])))), .. Box("sidx", new byte[30])],
        Stream(VorbisHead(), 900, 2000, 3000),
        [.. Page(First, 0, OpusHead()), .. Page(First, 0, VorbisHead(), 2), .. Page(Last, 3000, new byte[600])],
    ];

    [Fact]
    public void A_file_cut_anywhere_says_so_or_is_a_shorter_one()
    {
        foreach (var file in Files)
        {
            var whole = ReadWhole(file);
            for (var length = 0; length < file.Length; length++)
            {
                var cut = ReadWhole(file[..length]);
                var isTold = cut.Errors.Count > 0;
                // Frames without a count may be fewer without being fewer than they should. What is left of a tag that
                // was cut counts as sound.
                var isShorter = cut.Audio?.DurationMs <= whole.Audio?.DurationMs + 20;
                Assert.True(isTold || isShorter, $"{whole.Type} {length}: {Describe(cut)}");
                AssertBounded(file[..length], $"{whole.Type} {length}");
            }
        }
    }

    [Fact]
    public void Mutated_files_are_read_without_exception()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = Mutate(Files[i % Files.Length], random);
            var took = AssertBounded(mutant, $"seed {seed}, mutant {i}");
            // On a busy machine a reading may wait; it does not do so three times.
            for (var again = 0; again < 2 && took >= Longest; again++)
            {
                took = AssertBounded(mutant, $"seed {seed}, mutant {i}");
            }

            slowest = took > slowest ? took : slowest;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"slowest {slowest.TotalMilliseconds:0.0} ms");
        Assert.True(slowest < Longest, $"{slowest}");
    }

    [Fact]
    public void Real_files_that_broke_other_parsers_are_read()
    {
        foreach (var path in RealPhotos("mp3", "fuzzing"))
        {
            AssertBounded(File.ReadAllBytes(path), path);
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var file = original.ToArray();
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            var at = random.Next(random.Next(3) == 0 ? file.Length : Math.Min(file.Length, 700));
            file[at] = random.Next(5) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(file[at] ^ (1 << random.Next(8))),
                2 => (byte)(random.Next(2) * 255),
                3 => (byte)random.Next(4),
                _ => file[random.Next(file.Length)],
            };
        }

        return random.Next(8) == 0 ? file[..random.Next(file.Length + 1)] : file;
    }

    private static TimeSpan AssertBounded(byte[] file, string name)
    {
        var window = new ObjectWindow(file.Length);
        window.Add(0, file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        var metadata = MediaReader.Read(window);
        var took = Stopwatch.GetElapsedTime(started);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 16 * 1024, $"{name}: {allocated} bytes allocated");
        Assert.True(metadata.Errors.Count <= ReadLimits.Default.MaxErrors, name);
        Assert.True(metadata.Audio is null or { DurationMs: null or >= 0, BitrateBps: null or > 0 }, name);

        var byRanges = ReadByRanges(file, out _, Small);
        var whole = ReadWhole(file, Small);
        Assert.True(Describe(whole) == Describe(byRanges), $"{name}: {Describe(whole)} but {Describe(byRanges)}");
        return took;
    }
}
