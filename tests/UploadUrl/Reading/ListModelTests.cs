using System.Globalization;

namespace PhotoLambda.Tests;

/// <summary>The list against the same filters over the same rows in memory.</summary>
public class ListModelTests(CloudFixture cloud)
{
    private const int Combinations = 1000;
    private const int Rows = 150;

    [Fact]
    public async Task Every_combination_of_filters_gives_what_a_model_gives()
    {
        var seed = System.Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        using var client = await cloud.NewOrganizationAsync();
        using var other = await cloud.NewOrganizationAsync();
        var rows = await FillAsync(client, random);
        await FillAsync(other, random);

        foreach (var _ in Enumerable.Range(0, Combinations))
        {
            var (query, model) = Filter(random, rows);
            var listed = await client.AllAsync(query);

            Assert.True(model.SequenceEqual(listed), $"seed {seed}: {query}: {model.Length} rows, {listed.Count} listed");
        }
    }

    private async Task<ListedRow[]> FillAsync(ApiClient client, Random random)
    {
        Guid[] projects = [.. await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(async _ => Guid.Parse(await client.NewProjectAsync())))];
        var rows = ListedRow.Random(random, projects, Rows);
        await ListedRow.InsertAsync(cloud, client.Organization, rows);
        return rows;
    }

    private static (string Query, Guid[] Ids) Filter(Random random, ListedRow[] rows)
    {
        // What a filter asks for is what some row has, so that few answers are empty.
        var (query, found) = (new List<string>(), rows.AsEnumerable());
        ListedRow Sample() => rows[random.Next(rows.Length)];
        void Add(string name, string? value, Func<ListedRow, bool> matches)
        {
            if (value is not null && random.Next(4) == 0)
            {
                query.Add($"{name}={Uri.EscapeDataString(value)}");
                found = found.Where(matches).ToArray();
            }
        }

        var (row, early, late) = (Sample(), Sample(), Sample());
        Add("project_id", row.Project.ToString(), r => r.Project == row.Project);
        Add("status", row.Status, r => r.Status == row.Status);
        Add("kind", row.Kind, r => r.Kind == row.Kind);
        Add("uploaded_by", row.User, r => r.User == row.User);
        Add("session_id", row.Session, r => r.Session == row.Session);
        (early, late) = early.CreatedAt < late.CreatedAt ? (early, late) : (late, early);
        if (early.CreatedAt < late.CreatedAt)
        {
            Add("created_from", Instant(early.CreatedAt, random), r => r.CreatedAt >= early.CreatedAt);
            Add("created_to", Instant(late.CreatedAt, random), r => r.CreatedAt < late.CreatedAt);
        }

        (early, late) = early.TakenAt < late.TakenAt ? (early, late) : (late, early);
        if (early.TakenAt < late.TakenAt)
        {
            Add("taken_from", Local(early.TakenAt.Value, random), r => r.TakenAt >= early.TakenAt);
            Add("taken_to", Local(late.TakenAt.Value, random), r => r.TakenAt < late.TakenAt);
        }

        var byTaken = query.Any(q => q.StartsWith("taken_", StringComparison.Ordinal));
        query.Add($"limit={random.Next(10) switch { 0 => random.Next(5, 20), _ => 200 }}");
        // As text an id has the order that it has in the database.
        return (string.Join('&', query), [.. found
            .OrderByDescending(r => byTaken ? r.TakenAt!.Value : r.CreatedAt)
            .ThenByDescending(r => r.Id.ToString(), StringComparer.Ordinal)
            .Select(r => r.Id)]);
    }

    private static string Instant(DateTime time, Random random) =>
        new DateTimeOffset(time).ToOffset(TimeSpan.FromHours(random.Next(-12, 13)))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz", CultureInfo.InvariantCulture);

    private static string Local(DateTime time, Random random) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
        + random.GetItems(["", "", "Z", "+09:00", "-03:30"], 1)[0];
}
