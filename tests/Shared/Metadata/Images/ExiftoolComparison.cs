using System.Text.Json;
using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>Counts and collects where our reader and exiftool differ.</summary>
/// <param name="isMeant">Whether a file and a field are known to differ.</param>
internal sealed class ExiftoolComparison(Func<string, string, bool> isMeant)
{
    private readonly List<string> _differences = [];

    public int Files { get; private set; }

    public int Fields { get; private set; }

    /// <param name="theirs">Undefined where exiftool says nothing.</param>
    public void Add(string path, MediaMetadata metadata, JsonElement theirs)
    {
        Files++;
        var ours = Exiftool.Fields(metadata);
        var other = theirs.ValueKind == JsonValueKind.Undefined ? [] : Exiftool.Fields(theirs);
        foreach (var field in ours.Keys.Union(other.Keys))
        {
            Fields++;
            var (mine, their) = (ours.GetValueOrDefault(field), other.GetValueOrDefault(field));
            if (mine != their && !isMeant(path, field))
            {
                var codes = MetadataTestFiles.Codes(metadata);
                _differences.Add($"{Path.GetFileName(path)} {field}: '{mine}', exiftool '{their}' {codes}");
            }
        }
    }

    public void AssertNoDifference()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{Files} files, {Fields} fields");
        Assert.True(_differences.Count == 0, string.Join("\n", _differences));
    }
}
