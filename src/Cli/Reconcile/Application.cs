using Npgsql;
using PhotoLambda.S3;

namespace PhotoLambda.Cli.Reconcile;

/// <summary>
/// Does what a plan says. The plan may be old: a look asks the store itself, and what is deleted or aborted is held
/// against the store and the rows once more. Repeating it does no harm.
/// </summary>
/// <param name="looks">Null when no looks are to be sent.</param>
internal sealed class Application(Buckets buckets, NpgsqlDataSource database, LookQueue? looks, TextWriter console)
{
    // Two requests to the queue, in each ten messages.
    private const int LooksAtOnce = 400;

    private readonly Progress _progress = new(console);
    private long _applied;
    private long _passed;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string path, IReadOnlySet<string> actions, CancellationToken cancellation)
    {
        var reader = new PlanReader(path);
        var (header, counts) = await reader.CheckAsync(cancellation);
        await CheckAsync(path, header, cancellation);
        var total = counts.Where(c => actions.Contains(c.Key)).Sum(c => c.Value);
        try
        {
            var lines = reader.DifferencesAsync(header, cancellation);
            await ApplyAsync(header.Bucket, lines, actions, total, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException($"Stopped after {Shown.Count(_applied)} of {Shown.Count(total)} lines. "
                + "The same command does them all; what was done is not harmed by that.");
        }
        catch (Exception e) when (e is CommandException or HttpRequestException or TimeoutException)
        {
            throw new CommandException($"{e.Message} {Shown.Count(_applied)} of {Shown.Count(total)} lines were done. "
                + "The same command does them all; what was done is not harmed by that.");
        }

        var left = counts.Values.Sum() - total;
        _progress.Say($"{Shown.Count(_applied, "line")} done in {_progress.Elapsed.TotalSeconds:0.0} s"
            + (_passed > 0 ? $"; {Shown.Count(_passed)} of them passed over, being no longer so." : ".")
            + (left > 0 ? $" {Shown.Count(left, "line")} left as before." : ""));
        return CommandRun.Done;
    }

    private async Task CheckAsync(string path, PlanHeader header, CancellationToken cancellation)
    {
        if ((await Installation.FindAsync(database, cancellation)).Name != header.Installation)
        {
            throw new CommandException($"{path} was made with another database: name that one, or make a new plan.");
        }

        using var head = await buckets.Of(header.Bucket).SendAsync(
            HttpMethod.Head, "", [], null, default, DateTimeOffset.MaxValue, cancellation);
        if (!head.IsSuccessStatusCode)
        {
            throw new CommandException(
                $"The store answered {(int)head.StatusCode} to a request for the bucket {header.Bucket} of {path}.");
        }
    }

    private async Task ApplyAsync(
        string bucket, IAsyncEnumerable<Difference> lines, IReadOnlySet<string> actions, long total,
        CancellationToken cancellation)
    {
        var removals = new Removals(buckets.Of(bucket), database, bucket);
        var waiting = new List<(string, string)>(LooksAtOnce);
        await foreach (var line in lines)
        {
            if (!actions.Contains(line.Action))
            {
                continue;
            }

            if (line.Action == PlanAction.Look)
            {
                waiting.Add((bucket, line.Key));
            }
            else
            {
                _passed += await removals.ApplyAsync(line, cancellation) ? 0 : 1;
                _applied++;
            }

            if (waiting.Count == LooksAtOnce)
            {
                await LookAsync(waiting, cancellation);
            }

            _progress.Show(() => $"{Shown.Count(_applied)} of {Shown.Count(total)} lines …");
        }

        await LookAsync(waiting, cancellation);
    }

    private async Task LookAsync(List<(string, string)> objects, CancellationToken cancellation)
    {
        if (objects.Count > 0)
        {
            await looks!.SendAsync(objects, cancellation);
            _applied += objects.Count;
            objects.Clear();
        }
    }
}
