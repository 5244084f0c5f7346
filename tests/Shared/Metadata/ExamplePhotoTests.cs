using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class ExamplePhotoTests
{
    [Fact]
    public void The_shipped_photo_is_read_as_it_was_made()
    {
        var metadata = ReadByRanges(File.ReadAllBytes(Find("examples/photo.jpg")), out var fetched);

        Assert.Equal((MediaType.Jpeg, 3000, 2000), (metadata.Type, metadata.Width, metadata.Height));
        Assert.Equal(("PhotoLambda", "Example Camera"), (metadata.Exif?.CameraMake, metadata.Exif?.CameraModel));
        Assert.Equal(new DateTime(2025, 9, 14, 18, 52, 7, 420), metadata.Exif?.TakenAt);
        Assert.Equal(120, metadata.Exif?.TakenAtOffset);
        Assert.Equal((1578.4, 258.5), (metadata.Gps?.AltitudeMeters, metadata.Gps?.ImageDirection));
        Assert.NotNull(metadata.Exif?.Thumbnail);
        Assert.Empty(metadata.Errors);
        Assert.Single(fetched);
    }

    private static string Find(string path)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, path)))
        {
            at = at.Parent;
        }

        return Path.Combine(at.FullName, path);
    }
}
