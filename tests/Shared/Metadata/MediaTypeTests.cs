using System.Text;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class MediaTypeTests
{
    [Theory]
    [InlineData("GIF87a", "image/gif")]
    [InlineData("GIF89a", "image/gif")]
    [InlineData("GIF80a", null)]
    [InlineData("II*\0", "image/tiff")]
    [InlineData("MM\0*", "image/tiff")]
    [InlineData("II+\0", "image/tiff")]
    [InlineData("MM\0+", "image/tiff")]
    [InlineData("RIFF\0\0\0\0WEBPVP8 ", "image/webp")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ", "audio/wav")]
    [InlineData("RF64\0\0\0\0WAVEds64", "audio/wav")]
    [InlineData("BW64\0\0\0\0WAVEds64", "audio/wav")]
    [InlineData("RIFF\0\0\0\0AVI ", null)]
    [InlineData("OggS\0\u0002\0\0", "audio/ogg")]
    [InlineData("OggS\u0001\u0002\0\0", null)]
    [InlineData("fLaC\0\0\0\"", "audio/flac")]
    [InlineData("ID3\u0004\0\0\0\0\u0001\u0076", "audio/mpeg")]
    [InlineData("ID3\u0004\0\0\0\0\u0001\u0086", null)]
    [InlineData("ID3\u0005\0\0\0\0\u0001\u0076", null)]
    [InlineData("ÿû\u0090d", "audio/mpeg")]
    [InlineData("ÿó\u0044À", "audio/mpeg")]
    [InlineData("ÿã\u0044À", "audio/mpeg")]
    [InlineData("ÿë\u0044À", null)]
    [InlineData("ÿñ\u0050\u0080", null)]
    [InlineData("ÿû\u0000d", null)]
    [InlineData("ÿûðd", null)]
    [InlineData("ÿû\u009Cd", null)]
    [InlineData("ÿþa\0", null)]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "image/heic")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0mif1heic", "image/heic")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0mif1avif", "image/avif")]
    [InlineData("\0\0\0\u0014ftypmif1\0\0\0\0mif1avif", "image/heic")]
    [InlineData("\0\0\0\u0018ftypmsf1\0\0\0\0hevcmsf1", "image/heic")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0avifmif1", "image/avif")]
    [InlineData("\0\0\0\u0018ftypM4A \0\0\0\0isommp42", "audio/mp4")]
    [InlineData("\0\0\0\u0018ftypM4B \0\0\0\0isommp42", "audio/mp4")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0isomM4A ", "audio/mp4")]
    [InlineData("\0\0\0\u0014ftypmp42\0\0\0\0isomM4A ", "application/mp4")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0isommif1", "application/mp4")]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0iso2heic", "application/mp4")]
    [InlineData("\0\0\0\u0018ftypM4V \0\0\0\0isommp42", null)]
    [InlineData("\0\0\0\u0018ftypqt  \0\0\0\0qt  M4A ", null)]
    [InlineData("\0\0\0\bftyp", null)]
    [InlineData("\0\0\0\u0018ftyp", null)]
    [InlineData("%PDF-1.7", null)]
    [InlineData("<!DOCTYPE html>", null)]
    [InlineData("", null)]
    public void A_type_is_known_by_its_first_bytes(string head, string? mime)
    {
        Assert.Equal(mime, MediaReader.Sniff(Encoding.Latin1.GetBytes(head)).Mime());
    }

    [Fact]
    public void Jpeg_and_png_are_known_by_their_first_bytes()
    {
        Assert.Equal("image/jpeg", MediaReader.Sniff(ImageBuilder.Jpeg()).Mime());
        Assert.Equal("image/png", MediaReader.Sniff(ImageBuilder.Png()).Mime());
    }

    [Theory]
    [InlineData("", "file:empty")]
    [InlineData("%PDF-1.7", "file:unknown_type")]
    [InlineData("II+\0\b\0\0\0", "tiff:unsupported")]
    public void What_is_not_read_says_why(string file, string codes)
    {
        Assert.Equal(codes, Codes(ReadByRanges(Encoding.Latin1.GetBytes(file), out _)));
    }

    [Theory]
    [InlineData("gif", MediaType.Gif)]
    [InlineData("webp", MediaType.WebP)]
    [InlineData("heic", MediaType.Heic)]
    [InlineData("avif", MediaType.Avif)]
    public void Real_files_are_what_their_folder_says(string folder, object type)
    {
        // The suite's files are mutants, some without a signature.
        var files = RealPhotos(folder).Where(p => !p.Contains("ImageTestSuite", StringComparison.Ordinal));

        Assert.All(files, path => Assert.Equal(type, ReadWhole(File.ReadAllBytes(path)).Type));
    }
}
