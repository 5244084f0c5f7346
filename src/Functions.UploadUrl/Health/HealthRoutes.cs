using Npgsql;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Health;

internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Alive: the process answers. Ready: the database does, too, and has the tables.
        routes.MapGet("/healthz", () => TypedResults.Text("ok\n"));
        routes.MapGet("/readyz", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(HttpContext http, NpgsqlDataSource database)
    {
        try
        {
            await using var command = database.CreateCommand("select 1 from photos limit 0");
            await command.ExecuteNonQueryAsync(http.RequestAborted);
            return TypedResults.Text("ready\n");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return Problems.DatabaseNotMigrated();
        }
    }
}
