using Npgsql;

namespace PhotoLambda.Bench;

/// <summary>A photo's row, looked at again and again until it says what it is waited for.</summary>
internal sealed class PhotoRow(NpgsqlConnection database, Guid id)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string Select =
        "select status, width_px is not null and exif_data is not null, failure_reason from photos where id = $1";

    public Task UntilUploadedAsync(CancellationToken cancellation) =>
        UntilAsync((status, hasMetadata) => status is "uploaded" or "processing" && hasMetadata, cancellation);

    public Task UntilProcessingAsync(CancellationToken cancellation) =>
        UntilAsync((status, _) => status == "processing", cancellation);

    private async Task UntilAsync(Func<string, bool, bool> isReached, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        await using var command = new NpgsqlCommand(Select, database) { Parameters = { new() { Value = id } } };
        await command.PrepareAsync(limit.Token);
        try
        {
            while (!await LookAsync(command, isReached, limit.Token))
            {
                await Task.Delay(Interval, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchException($"The row of an upload did not change within {Patience.TotalSeconds} s.");
        }
    }

    private static async Task<bool> LookAsync(
        NpgsqlCommand command, Func<string, bool, bool> isReached, CancellationToken cancellation)
    {
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var status = row.GetString(0);
        return status == "failed"
            ? throw new BenchException($"An upload failed: {row.GetString(2)}")
            : isReached(status, row.GetBoolean(1));
    }
}
