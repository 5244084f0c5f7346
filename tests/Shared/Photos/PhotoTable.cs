using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>A database for callers of the repository, each of which has a project of its own.</summary>
public sealed class PhotoTable(CloudFixture cloud) : IAsyncLifetime
{
    private SweepDatabase _database = null!;

    internal SweepDatabase Database => _database;

    internal NpgsqlDataSource Worker { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await SweepDatabase.NewAsync(cloud);
        Worker = FunctionDatabase.Open(_database.Worker);
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <returns>A row with nothing but what it must have; the organization's name is the project's id.</returns>
    internal async Task<NewPhotoRow> NewAsync()
    {
        var project = Guid.CreateVersion7();
        await _database.ExecuteAsync($"""
            insert into organizations (id) values ('{project}');
            insert into projects (id, organization_id, name) values ('{project}', '{project}', 'Quay')
            """);
        return Another(new NewPhotoRow
        {
            OrganizationId = $"{project}",
            ProjectId = project,
            Bucket = "archive",
            Key = "",
            ContentType = "image/jpeg",
            SizeBytes = 4000,
        });
    }

    /// <summary>A row of the same project for another object.</summary>
    internal static NewPhotoRow Another(NewPhotoRow row)
    {
        var id = Guid.CreateVersion7();
        return row with { Id = id, Key = $"{row.ProjectId}/{id}.jpg" };
    }

    internal static NewPhotoRow[] Many(NewPhotoRow row, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Another(row))];

    internal async Task<string> CountAsync(NewPhotoRow row) => (await _database.RowsAsync(
        $"select count(*) from photos where organization_id = '{row.OrganizationId}'")).Single();
}
