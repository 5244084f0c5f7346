using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;
using static PhotoLambda.Tests.WebPBuilder;

namespace PhotoLambda.Tests;

public class GifMetadataTests
{
    [Theory]
    [InlineData(640, 480, "")]
    [InlineData(0xFFFF, 1, "")]
    [InlineData(0, 480, "gif:no_dimensions")]
    [InlineData(0xFFFF, 0xFFFF, "gif:too_many_pixels")]
    public void The_logical_screen_is_the_size(int width, int height, string codes)
    {
        var metadata = ReadWhole(Gif(width, height));

        Assert.Equal(MediaType.Gif, metadata.Type);
        Assert.Equal(width == 0 ? null : width, metadata.Width);
        Assert.Equal(height, metadata.Height);
        Assert.Equal(codes, Codes(metadata));
    }

    [Fact]
    public void A_block_of_no_kind_is_told()
    {
        var file = Gif();
        file[19] = 0x22;

        Assert.Equal("gif:bad_structure", Codes(ReadWhole(file)));
    }

    [Fact]
    public void A_long_animation_costs_its_head_alone()
    {
        var metadata = ReadByRanges(Gif(dataBlocks: 50_000)[..^1], out var fetched);

        Assert.Equal(640, metadata.Width);
        Assert.Empty(metadata.Errors);
        Assert.Single(fetched);
    }
}
