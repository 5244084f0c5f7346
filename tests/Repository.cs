namespace PhotoLambda.Tests;

/// <summary>Where the files are that the tests use.</summary>
public static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Real photos that the repository may not carry, or null where they are not.</summary>
    public static string? Photos { get; } =
        new[] { Environment.GetEnvironmentVariable("PHOTOLAMBDA_PHOTOS"), Path.Combine(Root, "../shared/photos") }
            .FirstOrDefault(Directory.Exists);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "PhotoLambda.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
