namespace PhotoLambda.Cli.Push;

/// <summary>One run of a push: from what there is to the receipt.</summary>
internal sealed class PushRun(PushOptions options, PushFiles files, BearerToken token, TextWriter console)
    : IDisposable
{
    private const int LongestAnswer = 8 * 1024 * 1024;

    private static readonly TimeSpan ShowInterval = TimeSpan.FromMilliseconds(250);

    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    // A redirect would take the token elsewhere.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    /// <returns>The exit code.</returns>
    /// <exception cref="StoppedException">The user stopped it.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var api = new PhotoApi(_http, options.Api, token, new Retries("API", options.Patience));
        var project = await api.ProjectAsync(options.Project, cancellation);
        using var journal = Journal.Open(files.Journal, options.Api, options.Project, options.IsDryRun);
        var selected = await files.SelectAsync(cancellation);
        var plan = PushPlan.Of(selected, journal, project.Policy);
        var tally = plan.NewTally();
        var progress = new Progress(console);
        var outcomes = new Outcomes(progress, tally);
        await console.WriteLineAsync(plan.Describe(options, project.Name));
        plan.Refused.ForEach(outcomes.Add);
        plan.Before.ForEach(i => outcomes.Add(PushPlan.Done(i)));

        var desk = new TicketDesk(options, journal, api, tally, outcomes);
        var upload = new Upload(_http, new Retries("store", options.Patience), tally);
        var uploads = new FileUploads(options, journal, api, desk, upload, tally, outcomes);
        var pushing = new Pushing(options, journal, api, desk, uploads, outcomes);
        string? trouble = null;
        using var shown = new CancellationTokenSource();
        var showing = ShowAsync(outcomes, () => tally.Line(progress.Elapsed), shown.Token);
        try
        {
            if (!options.IsDryRun)
            {
                await desk.RecoverAsync(cancellation);
                plan.TakePhotos(journal);
            }

            plan.Before.ForEach(i => pushing.Remember(i.Item));
            await pushing.RunAsync(plan.Open, cancellation);
            if (options.Wait is { } wait)
            {
                await new Arrivals(api, journal, outcomes, options.Parallel).WaitAsync(wait, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException($"Stopped; {tally.Line(progress.Elapsed)}. The same command goes on there.");
        }
        catch (Exception e) when (e is CommandException or OutageException)
        {
            trouble = e.Message;
        }
        finally
        {
            await shown.CancelAsync();
            await showing;
        }

        return await EndAsync(plan, outcomes, project.Name, tally, progress, trouble);
    }

    public void Dispose() => _http.Dispose();

    private static async Task ShowAsync(Outcomes outcomes, Func<string> line, CancellationToken shown)
    {
        using var timer = new PeriodicTimer(ShowInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(shown))
            {
                outcomes.Show(line);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<int> EndAsync(
        PushPlan plan, Outcomes outcomes, string project, Tally tally, Progress progress, string? trouble)
    {
        if (trouble is not null)
        {
            outcomes.Say($"Stopped: {Shown.Text(trouble)}");
            foreach (var item in plan.Open.Where(i => !outcomes.Has(i.File.Path)))
            {
                outcomes.Add(new FileOutcome(item.File.Path, item.File.Size, item.Sha256, item.PhotoId, null,
                    Outcomes.Left, trouble));
            }
        }

        var all = outcomes.All;
        int Count(string outcome) => outcomes.Count(outcome);
        var before = plan.Before.Count(i => i.Outcome == Outcomes.Uploaded);
        var totals = new ReceiptTotals(
            all.Length, Count(Outcomes.Uploaded), before, Count(Outcomes.Known), Count(Outcomes.New),
            Count(Outcomes.Failed), Count(Outcomes.Left), plan.Skipped.Values.Sum(), tally.SentBytes);
        outcomes.Say(Summary.Of(totals, progress.Elapsed));
        new Receipt(Receipt.CurrentFormat, _started, DateTimeOffset.UtcNow, options.Api.AbsoluteUri,
            options.Project, project, files.Source, options.IsDryRun, totals, plan.Skipped, all)
            .WriteTo(files.Receipt);
        outcomes.Say($"Receipt: {Shown.Text(files.Receipt)}");
        FileOutcome[] left = [.. all.Where(f => f.Outcome is Outcomes.Failed or Outcomes.Left)];
        if (!options.IsDryRun)
        {
            files.WriteRetryList(left, plan.Sessions);
        }

        if (left.Length > 0 && !options.IsDryRun)
        {
            outcomes.Say($"Not done: {Shown.Text(files.RetryList)}, a manifest. Push that or the same again.");
        }

        await console.FlushAsync();
        return left.Length == 0 && trouble is null ? CommandRun.Done : CommandRun.Remains;
    }
}
