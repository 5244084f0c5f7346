using System.Text.Json;
using Npgsql;

namespace PhotoLambda.Bench;

/// <summary>What detectors get. Safe for concurrent use.</summary>
internal sealed class DeliveredJobs
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Guid> _photos = [];

    public int Deliveries { get; private set; }

    public int Ids => _photos.Count;

    /// <summary>Jobs that came for two photos.</summary>
    public int Ambiguous { get; private set; }

    public void Add(IEnumerable<string> messages)
    {
        foreach (var message in messages)
        {
            using var json = JsonDocument.Parse(message);
            var job = json.RootElement.GetProperty("job_id").GetGuid();
            var photo = json.RootElement.GetProperty("photo_id").GetGuid();
            lock (_lock)
            {
                Deliveries++;
                Ambiguous += _photos.TryAdd(job, photo) || _photos[job] == photo ? 0 : 1;
            }
        }
    }

    /// <returns>Photos whose job in the outbox was delivered, with that id.</returns>
    public async Task<int> MatchesAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var matches = 0;
        await using var command = database.CreateCommand("""
            select o.job_id, o.photo_id from outbox o join photos p on p.id = o.photo_id where o.queue = 'detection'
            """);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            matches += _photos.TryGetValue(row.GetGuid(0), out var photo) && photo == row.GetGuid(1) ? 1 : 0;
        }

        return matches;
    }
}
