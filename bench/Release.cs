namespace PhotoLambda.Bench;

/// <summary>The repository and the programs that were built in it for release.</summary>
internal static class Release
{
    private const string Command = "dotnet run -c Release --project bench -- <name>";

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Photo => Path.Combine(Root, "examples", "photo.jpg");

    /// <summary>The files of a collection that the repository does not carry; none where it is missing.</summary>
    public static IReadOnlyList<string> RealPhotos { get; } = FindPhotos("jpg", "png");

    /// <summary>Files of that collection which broke other readers.</summary>
    public static IReadOnlyList<string> FuzzedFiles { get; } = FindPhotos("fuzzing");

    /// <summary>All files of that collection, and whatever else lies beside it.</summary>
    public static IReadOnlyList<string> AllFiles { get; } = FindPhotos("", "../vectors");

    /// <param name="project">The name of its folder below <c>artifacts/bin</c>.</param>
    /// <exception cref="BenchException">It was not built.</exception>
    public static string Program(string project, string assembly)
    {
        var path = Path.Combine(Root, "artifacts", "bin", project, "release", assembly + ".dll");
        return File.Exists(path) ? path : throw new BenchException($"{path} is missing. Build it with: {Command}");
    }

    /// <exception cref="BenchException">This is not the release build, or a program is missing.</exception>
    public static void Demand()
    {
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)) != "release")
        {
            throw new BenchException($"Only the release build is worth measuring. Run: {Command}");
        }

        _ = Program("LocalCloud", "PhotoLambda.LocalCloud");
        _ = Program("Functions.UploadUrl", "Functions.UploadUrl");
        _ = Program("Functions.OnObjectCreated", "Functions.OnObjectCreated");
        _ = Program("Functions.BulkIngest", "Functions.BulkIngest");
        _ = Program("Cli", "photolambda");
    }

    private static string Find(string? folder) => folder switch
    {
        null => throw new BenchException("There is no PhotoLambda.sln above the bench: run it where it was built."),
        _ when File.Exists(Path.Combine(folder, "PhotoLambda.sln")) => folder,
        _ => Find(Path.GetDirectoryName(folder)),
    };

    private static string[] FindPhotos(params string[] folders)
    {
        var root = Environment.GetEnvironmentVariable("PHOTOLAMBDA_PHOTOS") is { Length: > 0 } set
            ? set
            : Path.Combine(Root, "..", "shared", "photos");
        return [.. folders
            .Select(folder => Path.Combine(root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)];
    }
}
