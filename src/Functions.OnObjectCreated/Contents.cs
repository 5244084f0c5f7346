using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Which photos have the same content: <c>duplicate_of</c> is the organization's first one of it.</summary>
internal static class Contents
{
    // Two transactions with one content would not see each other's photo. Taken before any row is locked, and in one
    // order, so that nobody waits in a circle. A statement of its own, so that the next one sees what was waited for.
    private const string Lock = """
        select pg_advisory_xact_lock(k) from (
          select distinct hashtextextended(c, 0) as k from unnest($1::text[]) as c order by 1) as content
        """;

    private const string Link = "select link_duplicates($1)";

    public static NpgsqlBatchCommand LockCommand(IEnumerable<Inspection> inspections) =>
        Sql.Command(Lock, Sql.Texts([.. inspections.SelectMany(Names)]));

    public static NpgsqlBatchCommand LinkCommand(ChangeSet set) => Sql.Command(Link,
        Sql.Uuids([.. set.Inspections.Select(i => i.Photo.Id), .. set.Removals.Select(r => r.Photo.Id)]));

    private static IEnumerable<string> Names(Inspection inspection)
    {
        var organization = inspection.Photo.OrganizationId;
        yield return $"{organization}/{inspection.Version.ETag}";
        if (inspection.Sha256 is { } file)
        {
            yield return $"{organization}/{Convert.ToHexStringLower(file)}";
        }

        if (inspection.ImageSha256 is { } image)
        {
            yield return $"{organization}/{Convert.ToHexStringLower(image)}";
        }
    }
}
