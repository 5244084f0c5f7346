using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class ImageBuilderTests
{
    [Theory]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(1026)]
    [InlineData(1027)]
    [InlineData(65_536 + 300)]
    [InlineData(10_485_760)]
    public void Files_have_exactly_the_length_asked_for(int length)
    {
        foreach (var file in new[]
        {
            ImageBuilder.Jpeg(100, 80, ExifBuilder.Camera(), length),
            ImageBuilder.Png(100, 80, ExifBuilder.Camera(), length: length),
        })
        {
            var metadata = ReadWhole(file);
            Assert.Equal((length, 100, 80), (file.Length, metadata.Width, metadata.Height));
            Assert.Equal("PhotoLambda", metadata.Exif?.CameraMake);
            Assert.Empty(metadata.Errors);
        }
    }
}
