using Npgsql;
using PhotoLambda.S3;

namespace PhotoLambda.Cli.Reconcile;

/// <param name="OlderThan">What changed later is left out.</param>
internal sealed record PlanScope(string Bucket, string Prefix, TimeSpan OlderThan, TimeSpan UploadsOlderThan);

/// <summary>Makes a plan of what to do about a bucket, and changes nothing.</summary>
internal sealed class Planning(Buckets buckets, NpgsqlDataSource database, TextWriter console)
{
    /// <param name="path">Of the plan.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(PlanScope scope, string path, CancellationToken cancellation)
    {
        var here = await Installation.FindAsync(database, cancellation);
        var cutoff = here.Now - scope.OlderThan;
        var header = new PlanHeader(
            PlanReader.Format, here.Name, scope.Bucket, scope.Prefix, scope.OlderThan.TotalSeconds, here.Now);
        using var plan = new PlanWriter(path, header);
        var rows = new PhotoRows(database, scope.Bucket, cutoff);
        var comparison = new BucketComparison(
            new BucketLister(buckets.Of(scope.Bucket), scope.Bucket),
            rows, new UnknownObjects(database, rows, plan, scope.Bucket), plan, cutoff);
        var progress = new Progress(console);
        void Tell() => progress.Show(() => $"{Shown.Count(comparison.Objects, "object")} …");
        try
        {
            await comparison.CompareAsync(scope.Prefix, Tell, cancellation);
            await comparison.CompareUploadsAsync(scope.Prefix, here.Now - scope.UploadsOlderThan, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException(
                $"Stopped after {Shown.Count(comparison.Objects, "object")}; there is no plan.");
        }

        plan.Complete(comparison.Objects, comparison.Rows, comparison.Uploads);
        progress.Say($"{scope.Bucket}: {Shown.Count(comparison.Objects, "object")}, "
            + $"{Shown.Count(comparison.Rows, "row")} and {Shown.Count(comparison.Uploads, "upload")} in parts "
            + $"compared in {progress.Elapsed.TotalSeconds:0.0} s.");
        return await SayAsync(plan, path);
    }

    private async Task<int> SayAsync(PlanWriter plan, string path)
    {
        if (plan.Differences == 0)
        {
            await console.WriteLineAsync($"They agree; {path} has nothing to do.");
            return CommandRun.Done;
        }

        List<string[]> table = [["action", "reason", "lines"]];
        table.AddRange(plan.Counts.Select(c => new[] { c.Key.Action, c.Key.Reason, Shown.Count(c.Value) }));
        await console.WriteAsync(Shown.Table(table, 2));
        await console.WriteLineAsync(
            $"{path} has {Shown.Count(plan.Differences, "line")}. "
            + (plan.Counts.Keys.All(k => k.Action == PlanAction.None)
                ? "None of them can be applied: decide yourself."
                : $"Look through it, then: photolambda reconcile --apply {path}"));
        return CommandRun.Remains;
    }
}
