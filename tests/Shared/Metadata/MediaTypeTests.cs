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
    [InlineData("RIFF\0\0\0\0WEBPVP8 ", "image/webp")]
    [InlineData("RIFF\0\0\0\0WAVE", null)]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "image/heic")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0mif1heic", "image/heic")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0mif1avif", "image/avif")]
    [InlineData("\0\0\0\u0014ftypmif1\0\0\0\0mif1avif", "image/heic")]
    [InlineData("\0\0\0\u0018ftypmsf1\0\0\0\0hevcmsf1", "image/heic")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0avifmif1", "image/avif")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0isommif1", null)]
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
    [InlineData("GIF89a and more", "gif:unsupported")]
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
