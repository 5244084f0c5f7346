using System.Diagnostics;
using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>From the store's answer to a PUT to what stands in the photo's row.</summary>
internal static class UploadBench
{
    private const int WarmUps = 10;
    private const int Uploads = 100;
    private const double Milliseconds = 300;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        // The bench owns the database, so that it can look at rows without asking the API, which would be busy with it.
        await using var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        await using var cloud = await LocalCloudProcess.StartAsync(
            folder.Below("data"), cancellation, server.ConnectionString);
        await using var database = new NpgsqlConnection(server.ConnectionString);
        await database.OpenAsync(cancellation);
        using var client = await ApiClient.SignInAsync(cloud.Api, cancellation);

        await UploadAsync(client, database, WarmUps, cancellation);
        var (uploaded, processing) = await UploadAsync(client, database, Uploads, cancellation);
        return new Report(
            "PUT answered to row in PostgreSQL, milliseconds",
            Samples.Columns,
            [
                uploaded.Row(
                    "`uploaded`, with metadata", "0.0", Goal.AtMost(Milliseconds, "300 ms p50", uploaded.Median)),
                processing.Row("`processing`, job in the detection queue", "0.0"),
            ],
            $"examples/photo.jpg, one upload after the other, row looked at about every millisecond, "
            + $"PostgreSQL {database.PostgreSqlVersion}");
    }

    private static async Task<(Samples Uploaded, Samples Processing)> UploadAsync(
        ApiClient client, NpgsqlConnection database, int times, CancellationToken cancellation)
    {
        var (uploaded, processing) = (new Samples(), new Samples());
        var photo = await File.ReadAllBytesAsync(Release.Photo, cancellation);
        for (var i = 0; i < times; i++)
        {
            var ticket = await client.NewTicketAsync(photo, cancellation);
            await client.PutAsync(ticket, photo, cancellation);
            var clock = Stopwatch.StartNew();
            var row = new PhotoRow(database, ticket.GetProperty("photo_id").GetGuid());
            await row.UntilUploadedAsync(cancellation);
            uploaded.Add(clock.Elapsed.TotalMilliseconds);
            await row.UntilProcessingAsync(cancellation);
            processing.Add(clock.Elapsed.TotalMilliseconds);
        }

        return (uploaded, processing);
    }
}
