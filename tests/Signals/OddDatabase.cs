using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>A database whose tables are not ours: statements fail in a way that no route foresees.</summary>
internal static class OddDatabase
{
    /// <returns>The URL by which the HTTP function reaches it.</returns>
    public static async Task<string> MakeAsync(CloudFixture cloud, EmptyDatabase database)
    {
        await EmptyDatabase.ExecuteAsync(database.Superuser,
            """
            create table projects (id integer, organization_id text, name text, created_at timestamptz);
            grant select, insert on projects to photolambda_api;
            """);
        var url = new UriBuilder(cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!)
        {
            Path = new NpgsqlConnectionStringBuilder(database.Superuser).Database,
        };
        return url.Uri.AbsoluteUri;
    }
}
