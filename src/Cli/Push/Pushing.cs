using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace PhotoLambda.Cli.Push;

/// <summary>
/// Takes files from hash to photo: hashes are computed ahead, tickets drawn just before they are used, and files sent
/// side by side. Of files with the same content one goes first, and the others are known when it is there.
/// </summary>
internal sealed class Pushing(
    PushOptions options, Journal journal, PhotoApi api, TicketDesk desk, FileUploads uploads,
    Outcomes outcomes)
{
    private const int HashesAhead = 2 * TicketDesk.Most;

    private readonly ConcurrentDictionary<string, (Guid Photo, string? Status)> _stored = new(StringComparer.Ordinal);
    private readonly int _hashing = Math.Min(options.Parallel, Environment.ProcessorCount);

    // Cleared for each round.
    private readonly ConcurrentDictionary<string, PushItem> _first = new(StringComparer.Ordinal);
    private ConcurrentBag<PushItem> _twins = [];

    /// <summary>Has files of the same content known.</summary>
    /// <param name="item">Done by an earlier run.</param>
    public void Remember(PushItem item) => _stored[item.Sha256!] = (item.PhotoId!.Value, null);

    /// <exception cref="CommandException">It cannot go on.</exception>
    /// <exception cref="OutageException">API or store do not answer anybody.</exception>
    public async Task RunAsync(IReadOnlyCollection<PushItem> items, CancellationToken cancellation)
    {
        while (items.Count > 0)
        {
            _first.Clear();
            _twins = [];
            // What has a photo already must be the one that goes first.
            foreach (var item in items.Where(i => i.PhotoId is not null))
            {
                _first[item.Sha256!] = item;
            }

            await RoundAsync(items, cancellation);
            items = _twins;
        }
    }

    private async Task RoundAsync(IReadOnlyCollection<PushItem> items, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var hashed = Channel.CreateBounded<PushItem>(HashesAhead);
        var ready = Channel.CreateBounded<PushItem>(options.Parallel);
        ExceptionDispatchInfo? failure = null;

        async Task StageAsync(Func<CancellationToken, Task> work, ChannelWriter<PushItem>? output)
        {
            try
            {
                await work(stop.Token);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                await stop.CancelAsync();
            }

            output?.TryComplete();
        }

        await Task.WhenAll([
            StageAsync(token => HashAsync(items, hashed.Writer, token), hashed.Writer),
            StageAsync(token => DrawAsync(hashed.Reader, ready.Writer, token), ready.Writer),
            .. Enumerable.Range(0, options.Parallel).Select(_ => StageAsync(
                async token =>
                {
                    await foreach (var item in ready.Reader.ReadAllAsync(token))
                    {
                        if (await uploads.SendAsync(item, token))
                        {
                            _stored[item.Sha256!] = (item.PhotoId!.Value, null);
                        }
                    }
                },
                null)),
        ]);
        cancellation.ThrowIfCancellationRequested();
        failure?.Throw();
    }

    private Task HashAsync(
        IReadOnlyCollection<PushItem> items, ChannelWriter<PushItem> next, CancellationToken cancellation)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _hashing, CancellationToken = cancellation };
        return Parallel.ForEachAsync(items, limits, async (item, token) =>
        {
            if (item.Sha256 is null)
            {
                try
                {
                    await using var file = File.OpenRead(item.File.Place);
                    item.Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token));
                    if (!item.File.IsUnchanged())
                    {
                        throw new FileChangedException();
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    outcomes.Fail(item, e.Message);
                    return;
                }

                journal.Add([item.Line(FileState.Hashed)]);
            }

            if (item.PhotoId is not null || _stored.ContainsKey(item.Sha256) || _first.TryAdd(item.Sha256, item))
            {
                await next.WriteAsync(item, token);
            }
            else
            {
                _twins.Add(item);
            }
        });
    }

    private async Task DrawAsync(
        ChannelReader<PushItem> hashed, ChannelWriter<PushItem> ready, CancellationToken cancellation)
    {
        var batch = new List<PushItem>();
        while (await hashed.WaitToReadAsync(cancellation))
        {
            batch.Clear();
            while (batch.Count < TicketDesk.Most && hashed.TryRead(out var item))
            {
                batch.Add(item);
            }

            foreach (var item in batch.Where(i => i.PhotoId is not null))
            {
                await ready.WriteAsync(item, cancellation);
            }

            batch.RemoveAll(i => i.PhotoId is not null);
            var fresh = new Queue<PushItem>(await FreshAsync(batch, cancellation));
            while (fresh.Count > 0)
            {
                await desk.DrawAsync(
                    uploads.NextFew(fresh), item => ready.WriteAsync(item, cancellation), cancellation);
            }
        }
    }

    /// <returns>Those that the project has no photo of.</returns>
    private async Task<List<PushItem>> FreshAsync(List<PushItem> batch, CancellationToken cancellation)
    {
        string[] asked = [.. batch.Select(i => i.Sha256!).Where(h => !_stored.ContainsKey(h))];
        var known = asked.Length == 0 ? [] : await api.KnownAsync(options.Project, asked, cancellation);
        var fresh = new List<PushItem>();
        foreach (var item in batch)
        {
            if (_stored.TryGetValue(item.Sha256!, out var stored))
            {
                Know(item, stored.Photo, stored.Status);
            }
            else if (known.TryGetValue(item.Sha256!, out var found))
            {
                Know(item, found.PhotoId!.Value, found.Status);
            }
            else if (options.IsDryRun)
            {
                outcomes.Add(item, Outcomes.New);
            }
            else
            {
                fresh.Add(item);
            }
        }

        return fresh;
    }

    private void Know(PushItem item, Guid photo, string? status)
    {
        item.PhotoId = photo;
        _stored[item.Sha256!] = (photo, status);
        journal.Add([item.Line(FileState.Known)]);
        outcomes.Add(item, Outcomes.Known, status);
    }
}
