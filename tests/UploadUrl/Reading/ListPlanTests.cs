using System.Text.Json;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.Tests;

/// <summary>
/// How PostgreSQL reads a page, asked with the real statement, as the role of the API, on rows like those of a year.
/// </summary>
public class ListPlanTests(CloudFixture cloud)
{
    private const int PageSize = 50;

    // Of the rows that the index gave, at most so many times a page may be others than the ones that were looked for.
    private const int MostDiscardedPages = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly Guid Project = new(3, 0, 0, new byte[8]);

    private static readonly PhotoFilter[] Filters =
    [
        new(),
        new(Status: "pending_upload"), new(Status: "uploaded"), new(Status: "processing"),
        new(Status: "completed"), new(Status: "failed"),
        new(Kind: "image"), new(Kind: "audio"),
        new(UploadedBy: "user 3"),
        new(SessionId: "session 63"),
        new(TakenFrom: new DateTime(2026, 3, 1)), new(TakenTo: new DateTime(2026, 3, 1)),
        new(TakenFrom: new DateTime(2026, 3, 1), TakenTo: new DateTime(2026, 4, 1)),
        new(CreatedFrom: At(3)), new(CreatedTo: At(3)), new(CreatedFrom: At(3), CreatedTo: At(4)),
    ];

    // 16,000 of one organization over a year, half of them in one project, and 4,000 of four others. A user has a few
    // projects, a session one; most are completed images that tell when they were taken. Each filter finds more than a
    // page of them: PostgreSQL rather sorts a handful than reads it in order.
    private const string Fill = """
        insert into organizations (id) select 'org ' || o from generate_series(0, 4) o;
        insert into projects (id, organization_id, name)
        select (lpad(to_hex(p), 8, '0') || '-0000-0000-0000-000000000000')::uuid, 'org ' || o, 'a project'
        from (select p, case when p < 20 then 0 else p - 19 end as o from generate_series(0, 23) p) as project;
        insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name,
          s3_bucket, s3_key_original, declared_content_type, declared_size_bytes, status, taken_at, created_at, exif_data)
        select gen_random_uuid(), 'org ' || case when p < 20 then 0 else p - 19 end,
          (lpad(to_hex(p), 8, '0') || '-0000-0000-0000-000000000000')::uuid,
          'user ' || (p + 7 * (n / 20 % 2)) % 20, 'session ' || (p + 20 * (n / 400)),
          case when random() < 0.03 then 'audio' else 'image' end, 'a.jpg', 'bucket', n::text, 'image/jpeg', 2048,
          coalesce((array['pending_upload', 'uploaded', 'processing', 'failed', 'failed', 'failed'])
            [(random() * 33)::integer], 'completed'),
          case when random() < 0.85 then timestamp '2026-01-01' + random() * interval '360 days' end, timestamptz '2026-01-01' + n * interval '26 minutes',
          jsonb_build_object('camera_make', 'A', 'note', repeat('x', 300))
        from (select n, case when n % 5 = 0 then 20 + n / 5 % 4 when n % 2 = 0 then 3 else n * 31 % 20 end as p from generate_series(1, 20000) n)
          as row
        """;

    [Fact]
    public async Task Each_filter_alone_and_with_a_project_reads_one_index_in_order()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        Assert.Equal(0, (await CommandLine.RunAsync(database.Owner, "migrate")).Exit);
        await EmptyDatabase.ExecuteAsync(database.Owner, Fill);
        await EmptyDatabase.ExecuteAsync(database.Owner, "vacuum analyze photos");
        await using var api = ApiRole(database);
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var filter in Filters.SelectMany(f => new[] { f, f with { ProjectId = Project } }))
        {
            var middle = (await new PhotoList(api).ReadAsync("org 0", filter, null, 10, Cancellation))[^1].Position;
            foreach (Position? after in new Position?[] { null, middle })
            {
                used.Add(await ReadsOneIndexAsync(api, filter, after));
            }
        }

        Assert.Equal(
            [
                "photos_audio", "photos_organization", "photos_project", "photos_project_audio", "photos_project_taken",
                "photos_project_unfinished", "photos_session", "photos_taken", "photos_unfinished", "photos_uploader",
            ],
            used);
    }

    [Fact]
    public async Task A_statement_that_is_prepared_is_still_planned_for_its_filters()
    {
        await using var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
            cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!)
            + ";Max Auto Prepare=10;Auto Prepare Min Usages=1;No Reset On Close=true;Maximum Pool Size=1");
        for (var i = 0; i < 12; i++)
        {
            await new PhotoList(database).ReadAsync("nobody", Filters[i], null, 10, Cancellation);
        }

        await using var command = database.CreateCommand("""
            select sum(custom_plans)::int, sum(generic_plans)::int from pg_prepared_statements
            where statement like '%limit $13'
            """);
        await using var row = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await row.ReadAsync(Cancellation));
        Assert.Equal((12, 0), (row.GetInt32(0), row.GetInt32(1)));
    }

    /// <returns>The name of the index.</returns>
    private static async Task<string> ReadsOneIndexAsync(NpgsqlDataSource api, PhotoFilter filter, Position? after)
    {
        await using var batch = new TenantBatch(api, "org 0");
        batch.Add("explain (analyze, format json) " + PhotoList.Statement(filter),
            PhotoList.Parameters("org 0", filter, after, PageSize + 1));
        await using var row = await batch.ReadAsync(Cancellation);
        Assert.True(await row.ReadAsync(Cancellation));
        var text = row.GetString(0);
        using var plan = JsonDocument.Parse(text);
        var nodes = Nodes(plan.RootElement[0].GetProperty("Plan")).ToList();

        var about = $"{filter} {after}\n{text}";
        Assert.All(nodes, n => Assert.True(
            n.GetProperty("Node Type").GetString() is "Limit" or "Result" or "Index Scan" or "Index Only Scan", about));
        // What is looked up of the photos' projects does not count.
        var scan = Assert.Single(nodes, n => n.TryGetProperty("Index Name", out _)
            && n.GetProperty("Relation Name").GetString() == "photos");
        var discarded = scan.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetDouble() : 0;
        Assert.True(discarded <= MostDiscardedPages * PageSize, about);
        return scan.GetProperty("Index Name").GetString()!;
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement node) => node.TryGetProperty("Plans", out var below)
        ? below.EnumerateArray().SelectMany(Nodes).Prepend(node)
        : [node];

    private NpgsqlDataSource ApiRole(EmptyDatabase database) => FunctionDatabase.Open(new NpgsqlConnectionStringBuilder(
        DatabaseUrl.ToConnectionString(cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!))
    {
        Database = new NpgsqlConnectionStringBuilder(database.Owner).Database,
        Pooling = false,
    }.ConnectionString);

    private static DateTimeOffset At(int month) => new(2026, month, 1, 0, 0, 0, TimeSpan.Zero);
}
