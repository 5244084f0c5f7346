namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// The issuer's keys, cached. Requests wait for a fetch only when there are no keys yet, or when a token names a key
/// that is not known; otherwise the keys are renewed behind their back, and the old ones serve on if that fails.
/// </summary>
internal sealed partial class SigningKeys(KeySetClient client, TimeProvider clock, ILogger<SigningKeys> logger)
{
    /// <summary>How long keys serve when the issuer does not answer: after that they might have been revoked.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(12);

    /// <summary>Between fetches for unknown key ids, as anyone can send one, and between failed renewals.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(1);

    /// <summary>Between attempts while there are no keys at all.</summary>
    public static readonly TimeSpan StartInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private KeySet? _current;
    private Task? _fetch;
    private DateTimeOffset _lastStart = DateTimeOffset.MinValue;
    private DateTimeOffset _lastUnknown = DateTimeOffset.MinValue;

    /// <summary>
    /// Begins to fetch the keys while the first request is on its way, which waits for what is under way. Should that
    /// fail, the request fetches anew.
    /// </summary>
    public void FetchAhead()
    {
        if (client.IsNeeded)
        {
            var never = DateTimeOffset.MinValue;
            _ = Fetch(ref never, TimeSpan.Zero);
        }
    }

    /// <summary>The token, if the keys that are in use have verified it before.</summary>
    public VerifiedToken? Recall(in TokenDigest digest)
    {
        if (Usable() is not { } keys || keys.Verified.Find(digest) is not { } known)
        {
            return null;
        }

        // Or else a server that sees known tokens alone would never learn that a key was withdrawn.
        RenewIfDue(keys);
        return known;
    }

    /// <returns>The keys, one of which may have signed the token; null if there are no keys to be had at all.</returns>
    public async ValueTask<KeySet?> FindAsync(CompactToken token, CancellationToken cancellationToken)
    {
        var keys = Usable();
        if (keys is null)
        {
            await Fetch(ref _lastStart, StartInterval).WaitAsync(cancellationToken);
            keys = Usable();
        }
        else
        {
            RenewIfDue(keys);
        }

        if (keys?.Fitting(token) is not { Count: 0 } || token.KeyId is null)
        {
            return keys;
        }

        await FetchUnlessChanged(keys).WaitAsync(cancellationToken);
        return Usable();
    }

    private void RenewIfDue(KeySet keys)
    {
        if (clock.GetUtcNow() - keys.FetchedAt >= keys.Lifetime)
        {
            _ = Fetch(ref _lastStart, RefreshInterval);
        }
    }

    private KeySet? Usable() =>
        Volatile.Read(ref _current) is { } keys && clock.GetUtcNow() - keys.FetchedAt < KeptFor ? keys : null;

    // Another request may have renewed them since this one looked.
    private Task FetchUnlessChanged(KeySet seen)
    {
        lock (_gate)
        {
            return _current == seen ? Fetch(ref _lastUnknown, RefreshInterval) : Task.CompletedTask;
        }
    }

    /// <summary>The fetch that is under way; else a new one, unless the last of its sort was too short ago.</summary>
    private Task Fetch(ref DateTimeOffset last, TimeSpan interval)
    {
        lock (_gate)
        {
            if (_fetch is { IsCompleted: false })
            {
                return _fetch;
            }

            var now = clock.GetUtcNow();
            if (now - last < interval)
            {
                return Task.CompletedTask;
            }

            last = now;
            return _fetch = Task.Run(FetchAsync);
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            var keys = await client.FetchAsync();
            Volatile.Write(ref _current, keys);
            Log.Fetched(logger, keys.Keys.Count);
        }
        catch (Exception failure)
            when (failure is HttpRequestException or TaskCanceledException or InvalidDataException)
        {
            Log.NotFetched(logger, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Fetched {Count} keys of the issuer")]
        public static partial void Fetched(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "The keys of the issuer could not be fetched: {Reason}")]
        public static partial void NotFetched(ILogger logger, string reason);
    }
}
