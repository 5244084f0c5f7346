namespace PhotoLambda.Tests;

/// <summary>Of the repository.</summary>
internal static class MigrationFiles
{
    public static readonly string[] Names =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "db"), "*.sql")
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal),
    ];
}
