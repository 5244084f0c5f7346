using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>
/// Each bad request gets its status and a problem that says what is wrong, changes no row, and shows nothing of the
/// inside. The requests are in the tables beside this file.
/// </summary>
public class BadRequestTableTests(CloudFixture cloud)
{
    private static readonly BadRequest[] Table =
    [
        .. BadShapes.All, .. BadProjects.All, .. BadTickets.All, .. BadReads.All, .. BadChanges.All, .. BadParts.All,
        .. BadUppyRequests.All, .. BadBatches.All,
    ];

    // Of the database, of the program, of the machine.
    private static readonly string[] Inside =
    [
        "select ", "insert ", "update ", "photo_events", "idempotency_keys", "rate_limits", "outbox", "cursor_keys",
        "ingest_",
        "constraint", "SQLSTATE", "Npgsql", "Exception", "System.", "PhotoLambda.", "   at ", ".cs:", "/tmp/",
        Path.GetTempPath(), Repository.Root,
    ];

    public static TheoryData<string> Operations => [.. Table.Select(r => r.Operation).Distinct()];

    [Fact]
    public void The_table_has_hundreds_of_bad_requests_of_all_routes()
    {
        TestContext.Current.SendDiagnosticMessage($"{Table.Length} bad requests");
        Assert.True(Table.Length >= 300, $"{Table.Length}");
        Assert.Equal(
            ApiCall.All.Select(c => c.Operation).Distinct().Order(), Table.Select(r => r.Operation).Distinct().Order());
    }

    [Fact]
    public async Task A_row_that_is_written_is_noticed()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var before = await cloud.RowsOfAsync(client.Organization);

        await client.SendAsync(HttpMethod.Patch, $"/api/v1/projects/{project}", new { name = "Quay" });

        Assert.Contains("projects 1 ", before, StringComparison.Ordinal);
        Assert.Contains("photos 0 ", before, StringComparison.Ordinal);
        Assert.NotEqual(before, await cloud.RowsOfAsync(client.Organization));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Each_bad_request_is_explained_and_changes_nothing(string operation)
    {
        using var world = await TenantWorld.CreateAsync(cloud);
        var before = await cloud.RowsOfAsync(world.Organization);
        var faults = new List<string>();
        foreach (var row in Table.Where(r => r.Operation == operation))
        {
            using var request = row.ToRequest(world);
            using var response = await world.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var said = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var found = Faults(row, (int)response.StatusCode, said).Concat(Leaks($"{response.Headers}{said}")).ToList();
            if (await cloud.RowsOfAsync(world.Organization) is var now && now != before)
            {
                found.Add($"rows changed from\n{before} to\n{now}");
                before = now;
            }

            faults.AddRange(found.Select(f => $"{row}\n{(int)response.StatusCode} {said}\n{f}"));
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    private static IEnumerable<string> Faults(BadRequest row, int status, string said)
    {
        if (status != (row.IsOfItem ? 200 : row.Status))
        {
            return ["another status"];
        }

        var problem = JsonDocument.Parse(said).RootElement;
        if (row.IsOfItem)
        {
            problem = problem.GetProperty("items")[0].GetProperty("problem");
        }

        return
        [
            .. Fault("status", problem.GetProperty("status").GetInt32() == row.Status),
            .. Fault("type", problem.GetProperty("type").GetString() == "urn:photolambda:problem:" + row.Problem),
            .. Fault("correlation_id", problem.GetProperty("correlation_id").GetString()!.Length > 0),
            .. Fault("detail", row.Detail is null
                || problem.GetProperty("detail").GetString()!.Contains(row.Detail, StringComparison.Ordinal)),
            .. row.Error is var (field, limit, value) ? ErrorFaults(problem, field, limit, value) : [],
        ];
    }

    private static IEnumerable<string> ErrorFaults(JsonElement problem, string field, string limit, string? value)
    {
        if (!problem.TryGetProperty("errors", out var errors) || errors.GetArrayLength() != 1)
        {
            return ["not one error"];
        }

        var sent = errors[0].GetProperty("value").GetString();
        var detail = errors[0].GetProperty("detail").GetString()!;
        return
        [
            .. Fault("field", errors[0].GetProperty("field").GetString() == field),
            .. Fault("limit", errors[0].GetProperty("limit").GetString()!.Contains(limit, StringComparison.Ordinal)),
            .. Fault("value", value is null ? sent is null : sent?.Contains(value, StringComparison.Ordinal) == true),
            .. Fault("detail", detail.StartsWith($"{field} must be ", StringComparison.Ordinal)),
        ];
    }

    private IEnumerable<string> Leaks(string answer)
    {
        var settings = cloud.Settings("UploadUrlFunction");
        var database = new Uri(settings["PHOTOLAMBDA_DATABASE_URL"]!);
        string[] secrets =
            [settings["AWS_SECRET_ACCESS_KEY"]!, settings["AWS_ACCESS_KEY_ID"]!, database.Authority, cloud.Bucket];
        return Inside.Concat(secrets)
            .Where(s => answer.Contains(s, StringComparison.OrdinalIgnoreCase)).Select(s => $"shows {s}");
    }

    private static string[] Fault(string name, bool isRight) => isRight ? [] : [$"another {name}"];
}
