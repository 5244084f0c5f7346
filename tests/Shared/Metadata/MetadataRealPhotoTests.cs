using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Files of real cameras and programs.</summary>
public class MetadataRealPhotoTests
{
    [Fact]
    public void Dump()
    {
        foreach (var path in Photos("jpg", "png"))
        {
            Console.WriteLine($"{Path.GetFileName(path)}: {Describe(ReadWhole(File.ReadAllBytes(path)))}");
        }
    }
}
