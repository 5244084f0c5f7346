using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhotoLambda.Sweep;

/// <summary>
/// Requests to publish where no queue takes them. They would fill the outbox; that the photos wait is in their own
/// rows, by which the sweep asks again once there is a queue.
/// </summary>
internal sealed partial class DroppedPublications(NpgsqlDataSource database, ILogger logger)
{
    private const string Drop = "delete from outbox where queue = 'cdn' and published_at is null";

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        await using var command = database.CreateCommand(Drop);
        var dropped = await command.ExecuteNonQueryAsync(time.Ends);
        if (dropped > 0)
        {
            Log.Dropped(logger, dropped);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "{Photos} photos are to be published, and PHOTOLAMBDA_CDN_QUEUE_URL is not set: they wait")]
        public static partial void Dropped(ILogger logger, int photos);
    }
}
