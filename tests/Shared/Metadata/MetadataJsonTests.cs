using System.Text.Json.Nodes;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class MetadataJsonTests
{
    [Fact]
    public void Every_exif_member_is_written()
    {
        const string expected = """
            {
              "camera_make": "PhotoLambda", "camera_model": "Test Camera",
              "lens_make": "PhotoLambda", "lens_model": "Zoom 24-70", "lens_specification": "24-70mm f/2.8-4",
              "software": "Tests 1.0", "orientation": 6,
              "taken_at": "2024-05-01T09:30:00.25", "taken_at_offset": "-03:30", "taken_at_source": "exif_original",
              "exposure_time": "1/250", "exposure_seconds": 0.004, "f_number": 2.8, "iso": 102400,
              "exposure_bias_ev": -0.3333333333333333, "exposure_program": "aperture_priority",
              "metering_mode": "pattern", "flash": 25, "flash_fired": true, "white_balance": "manual",
              "focal_length_mm": 50, "focal_length_35mm": 75
            }
            """;

        AssertJson(expected, MetadataJson.ExifData(ReadExif(ExifBuilder.Everything(littleEndian: true))));
    }

    [Fact]
    public void Every_gps_member_is_written()
    {
        const string expected = """
            {
              "latitude": -33.85694444, "longitude": -151.20833333, "altitude_m": -12.5,
              "image_direction_deg": 135.5, "image_direction_ref": "true", "horizontal_error_m": 5,
              "time_utc": "2024-05-01T13:00:30Z"
            }
            """;

        AssertJson(expected, MetadataJson.GpsCoordinates(ReadExif(ExifBuilder.Everything(littleEndian: true))));
    }

    [Fact]
    public void Errors_are_a_list_and_nothing_is_null()
    {
        var bad = ReadExif(new ExifBuilder().Shorts(0x0112, 0).Build());

        AssertJson(
            """[{ "field": "Orientation", "code": "out_of_range", "detail": "0" }]""", MetadataJson.Errors(bad));
        Assert.Equal("{}", MetadataJson.ExifData(bad));
        Assert.Null(MetadataJson.GpsCoordinates(bad));
        Assert.Null(MetadataJson.ExifData(ReadWhole(ImageBuilder.Jpeg())));
        Assert.Null(MetadataJson.Errors(ReadWhole(ImageBuilder.Jpeg())));
    }

    [Theory]
    [InlineData("exif_digitized", 0x9004)]
    [InlineData("exif_modified", 0x0132)]
    public void The_source_of_a_date_is_named(string source, int tag)
    {
        AssertJson(
            $$"""{ "taken_at": "2024-05-01T09:30:00", "taken_at_source": "{{source}}" }""",
            MetadataJson.ExifData(ReadExif(new ExifBuilder().Ascii(tag, "2024:05:01 09:30:00").Build())));
    }

    [Fact]
    public void Numbers_without_a_name_are_called_other()
    {
        AssertJson(
            """{ "metering_mode": "other" }""",
            MetadataJson.ExifData(ReadExif(new ExifBuilder().Shorts(0x9207, 255).Build())));
    }

    private static void AssertJson(string expected, string? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual!)), actual);
}
