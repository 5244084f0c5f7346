using PhotoLambda.Cli.Backfill;

namespace PhotoLambda.Cli.Redrive;

/// <summary>Shows what there is to be sent again.</summary>
internal sealed class DryRun(Cloud cloud, RejectStore rejects, TextWriter console)
{
    /// <param name="queue">By its name; null: none.</param>
    /// <param name="from">URL of a dead-letter queue; null: none.</param>
    /// <param name="isAll">All queues that the environment tells of.</param>
    /// <param name="filter">Null: no rejects.</param>
    public async Task RunAsync(
        string? queue, string? from, bool isAll, RejectFilter? filter, CancellationToken cancellation)
    {
        string[] names = queue is not null ? [queue] : isAll ? [.. QueueNames.All.Keys] : [];
        List<string[]> table = [["queue", "dead letters", "hidden"]];
        foreach (var name in names)
        {
            if (isAll && QueueNames.UrlOf(name) is null)
            {
                await console.WriteLineAsync($"The queue '{name}' is not asked: {QueueNames.All[name]} is not set.");
                continue;
            }

            var url = await DeadLetters.UrlOfAsync(QueueNames.Open(cloud, name), name, cancellation);
            table.Add(await CountAsync(name, url, cancellation));
        }

        if (from is not null)
        {
            table.Add(await CountAsync(Shown.Text(from), from, cancellation));
        }

        if (table.Count > 1)
        {
            await console.WriteAsync(Shown.Table(table, 1, 2));
        }

        if (filter is not null)
        {
            await ShowAsync(await rejects.SummarizeAsync(filter, cancellation));
        }
    }

    // The queue counts approximately.
    private async Task<string[]> CountAsync(string name, string url, CancellationToken cancellation)
    {
        var attributes = await cloud.QueueOf("--from", url, "").AttributesAsync(cancellation);
        return [name, Count("ApproximateNumberOfMessages"), Count("ApproximateNumberOfMessagesNotVisible")];

        string Count(string attribute) => attributes.GetValueOrDefault(attribute) is { } count ? $"about {count}" : "?";
    }

    private async Task ShowAsync(IReadOnlyList<RejectGroup> groups)
    {
        await console.WriteAsync(groups.Count > 0 ? RejectGroup.Table(groups) : "There are no rejects.\n");
    }
}
