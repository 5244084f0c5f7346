using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>Sound files as FFmpeg writes them, one call for each length, and the same cut off.</summary>
internal static class AudioSamples
{
    private const string Noise = "anoisesrc=r=48000:a=0.3:seed=7:d=";
    private const string Cover = "-map 1 -c:v png -disposition:v attached_pic ";

    /// <summary>Seconds, file, and how FFmpeg is to write it; a plus in the name stands for a cover.</summary>
    private static readonly (string Seconds, string File, string How)[] Files =
    [
        ("5.3", "cbr-128.mp3", "-c:a libmp3lame -b:a 128k -ar 44100 -ac 2"),
        ("5.3", "cbr-320-id3v23.mp3", "-c:a libmp3lame -b:a 320k -ar 48000 -id3v2_version 3 -metadata title=x"),
        ("5.3", "cbr-160-32000.mp3", "-c:a libmp3lame -b:a 160k -ar 32000 -ac 2 -write_id3v1 1 -metadata title=x"),
        ("5.3", "cbr-80-24000.mp3", "-c:a libmp3lame -b:a 80k -ar 24000 -ac 2"),
        ("5.3", "cbr-64-22050.mp3", "-c:a libmp3lame -b:a 64k -ar 22050"),
        ("5.3", "cbr-16000-tagless.mp3", "-c:a libmp3lame -b:a 24k -ar 16000 -id3v2_version 0"),
        ("5.3", "cbr-11025.mp3", "-c:a libmp3lame -b:a 16k -ar 11025 -ac 2"),
        ("5.3", "cbr-8000.mp3", "-c:a libmp3lame -b:a 8k -ar 8000"),
        ("5.3", "vbr-0.mp3", "-c:a libmp3lame -q:a 0 -ar 48000 -ac 2"),
        ("5.3", "vbr-9-12000.mp3", "-c:a libmp3lame -q:a 9 -ar 12000"),
        ("5.3", "abr.mp3", "-c:a libmp3lame -abr 1 -b:a 96k -ar 44100"),
        ("5.3", "vbr-4+.mp3", "-c:a libmp3lame -q:a 4 -ar 44100 -ac 2"),
        ("5.3", "bare-128.mp3", "-c:a libmp3lame -b:a 128k -ar 44100 -write_xing 0"),
        ("5.3", "bare-192-id3v1.mp3", "-c:a libmp3lame -b:a 192k -ar 44100 -write_xing 0 -write_id3v1 1"),
        ("5.3", "bare-32-8000.mp3", "-c:a libmp3lame -b:a 32k -ar 8000 -write_xing 0 -ac 2"),
        ("2.37", "u8.wav", "-c:a pcm_u8 -ar 11025"),
        ("2.37", "s16.wav", "-c:a pcm_s16le -ar 44100 -ac 2"),
        ("2.37", "s24.wav", "-c:a pcm_s24le -ar 96000 -ac 2"),
        ("2.37", "s32.wav", "-c:a pcm_s32le -ar 37800"),
        ("2.37", "f32.wav", "-c:a pcm_f32le"),
        ("2.37", "f64.wav", "-c:a pcm_f64le"),
        ("2.37", "alaw.wav", "-c:a pcm_alaw -ar 8000"),
        ("2.37", "mulaw.wav", "-c:a pcm_mulaw -ar 8000"),
        ("2.37", "surround.wav", "-c:a pcm_s16le -ac 6"),
        ("2.37", "rf64.wav", "-c:a pcm_s16le -rf64 always"),
        ("2.37", "adpcm.wav", "-c:a adpcm_ima_wav -ar 22050"),
        ("2.37", "mp3.wav", "-c:a libmp3lame -b:a 64k -ar 44100"),
        ("3.1", "s16.flac", "-c:a flac -ar 44100 -ac 2"),
        ("3.1", "s24.flac", "-c:a flac -sample_fmt s32 -ar 96000"),
        ("3.1", "surround+.flac", "-c:a flac -ac 6 -ar 8000"),
        ("3.1", "mono+.flac", "-c:a flac -compression_level 12"),
        ("4.7", "aac.m4a", "-c:a aac -ar 44100 -ac 2"),
        ("4.7", "aac-8000.m4a", "-c:a aac -ar 8000"),
        ("4.7", "aac-22050-fast.m4a", "-c:a aac -ar 22050 -movflags +faststart"),
        ("4.7", "aac-fast+.m4a", "-c:a aac -ar 48000 -ac 2 -movflags +faststart"),
        ("4.7", "aac-surround.m4a", "-c:a aac -ac 6"),
        ("4.7", "aac-96000.mp4", "-c:a aac -ar 96000 -b:a 128k"),
        ("4.7", "alac.m4a", "-c:a alac -ar 44100 -ac 2"),
        ("4.7", "alac-96000.m4a", "-c:a alac -ar 96000 -sample_fmt s32p"),
        ("4.7", "alac-surround-fast.m4a", "-c:a alac -ac 6 -movflags +faststart"),
        ("4.7", "mp3.mp4", "-c:a libmp3lame -ar 44100"),
        ("4.7", "opus.mp4", "-c:a libopus"),
        ("4.7", "dash.m4a", "-c:a aac -ar 44100 -movflags +dash+global_sidx -frag_duration 1000000 -f mp4"),
        ("6.4", "vorbis.ogg", "-c:a libvorbis -ar 44100 -ac 2"),
        ("6.4", "vorbis-8000.ogg", "-c:a libvorbis -ar 8000"),
        ("6.4", "vorbis-surround.ogg", "-c:a libvorbis -ac 6"),
        ("6.4", "vorbis-96000.ogg", "-c:a libvorbis -ar 96000 -q:a 9"),
        ("6.4", "opus.opus", "-c:a libopus -ac 2"),
        ("6.4", "opus-12000.ogg", "-c:a libopus -ar 12000 -b:a 12k"),
        ("6.4", "opus-510.opus", "-c:a libopus -ac 2 -b:a 510k -vbr off"),
        ("6.4", "opus-surround.opus", "-c:a libopus -ac 6"),
    ];

    /// <summary>Files that are also given with only their first half, or first tenth.</summary>
    private static readonly string[] Cut =
    [
        "vbr-0.mp3", "bare-128.mp3", "bare-32-8000.mp3", "s16.wav", "surround.wav", "s16.flac", "aac-22050-fast.m4a",
        "opus.opus", "opus-510.opus", "vorbis-96000.ogg",
    ];

    public static async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var group in Files.GroupBy(f => f.Seconds))
        {
            string[] line =
            [
                "ffmpeg", "-v", "error", "-f", "lavfi", "-i", Noise + group.Key,
                "-f", "lavfi", "-i", "color=red:s=64x64:d=1:r=1", .. group.SelectMany(Output),
            ];
            var written = await Command.RunAsync(folder, line, cancellationToken);
            Assert.True(written.Succeeded, written.Output);
        }

        foreach (var name in Cut)
        {
            var file = await File.ReadAllBytesAsync(Path.Combine(folder, name), cancellationToken);
            await WriteAsync($"half-{name}", file[..(file.Length / 2)]);
            await WriteAsync($"most-{name}", file[..(file.Length * 9 / 10)]);
        }

        Task WriteAsync(string name, byte[] file) =>
            File.WriteAllBytesAsync(Path.Combine(folder, name), file, cancellationToken);
    }

    private static string[] Output((string Seconds, string File, string How) f) =>
        $"-map 0 {(f.File.Contains('+') ? Cover : "")}{f.How} {f.File}".Split(' ');
}
