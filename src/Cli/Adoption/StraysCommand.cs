using System.CommandLine;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Adoption;

/// <summary><c>photolambda strays</c>: objects that are nobody's, as the store's events told of them.</summary>
internal static class StraysCommand
{
    // One that was adopted since is none.
    private const string Select = """
        select s3_bucket, s3_key, size_bytes, etag, first_seen_at from strays s
        where not is_removed and ($1::text is null or s3_bucket = $1)
          and not exists (select from photos p where p.s3_bucket = s.s3_bucket and p.s3_key_original = s.s3_key)
        order by s3_bucket, s3_key
        """;

    private static readonly Option<string> Bucket = new("--bucket") { Description = "In this bucket alone." };

    public static Command Create()
    {
        var command = new Command("strays", "Lists objects that nobody asked a ticket for and no adoption covers.")
        {
            Bucket,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, async (database, console) =>
        {
            var bucket = parsed.GetValue(Bucket) is { } name ? Given.Bucket(name) : null;
            await using var worker = WorkerDatabase.Open(database);
            await using var query = worker.CreateCommand(Select);
            query.Parameters.Add(Sql.Text(bucket));
            await using var row = await query.ExecuteReaderAsync(cancellation);
            var count = 0L;
            // There may be many: nothing is kept in order to make columns of it.
            for (; await row.ReadAsync(cancellation); count++)
            {
                var size = row.IsDBNull(2) ? "?" : Shown.Count(row.GetInt64(2));
                await console.WriteLineAsync($"{Shown.Instant(row.GetDateTime(4))} {size,14} "
                    + $"{(row.IsDBNull(3) ? "" : Shown.Text(row.GetString(3))),-32} s3://{row.GetString(0)}/"
                    + Shown.Text(row.GetString(1)));
            }

            await console.WriteLineAsync(count == 0 ? "There are no strays." : $"{Shown.Count(count, "stray")}.");
            return CommandRun.Done;
        }));
        return command;
    }
}
