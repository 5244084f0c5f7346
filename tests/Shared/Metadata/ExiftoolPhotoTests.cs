using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Every shared file against exiftool: sizes, camera, capture time and position.</summary>
public class ExiftoolPhotoTests
{
    private static readonly (string File, string Fields, string Reason)[] Deviations = [];

    [Fact]
    public async Task Every_field_of_every_photo_agrees_with_exiftool()
    {
        var photos = RealPhotos("jpg", "png", "gif", "webp", "heic", "avif", "fuzzing");
        var theirs = await Exiftool.ReadAsync(Repository.Photos!);
        var differences = new List<string>();
        var (files, compared) = (0, 0);
        foreach (var path in photos)
        {
            var metadata = ReadWhole(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
            if (!IsImage(metadata.Type))
            {
                continue;
            }

            files++;
            var ours = Exiftool.Fields(metadata);
            var other = theirs.TryGetValue(Path.GetFullPath(path), out var tags) ? Exiftool.Fields(tags) : [];
            foreach (var field in ours.Keys.Union(other.Keys))
            {
                compared++;
                if (ours.GetValueOrDefault(field) != other.GetValueOrDefault(field)
                    && !IsMeant(Path.GetFileName(path), field))
                {
                    differences.Add($"{Path.GetFileName(path)} {field}: '{ours.GetValueOrDefault(field)}', "
                        + $"exiftool '{other.GetValueOrDefault(field)}' {Codes(metadata)}");
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{files} files, {compared} fields");
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static bool IsImage(MediaType type) => type.Mime()?.StartsWith("image/", StringComparison.Ordinal) == true;

    private static bool IsMeant(string file, string field) =>
        Deviations.Any(d => d.File == file && d.Fields.Split(' ').Contains(field));
}
