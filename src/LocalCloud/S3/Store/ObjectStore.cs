using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.S3;

/// <summary>
/// Buckets and objects on disk, with their notifications. What a caller was told is committed survives a kill of the
/// process at any point, and so does the notification that it owes.
/// </summary>
internal sealed class ObjectStore : IAsyncDisposable
{
    private readonly StoreLog _log;
    private readonly TimeProvider _clock;
    private readonly NotificationRules _rules;
    private readonly Notifier _notifier;

    private ObjectStore(
        string folder, IReadOnlyList<BucketResource> buckets, DeliverNotification deliver, TimeProvider clock)
    {
        _clock = clock;
        _log = new StoreLog(folder);
        _rules = new NotificationRules(buckets);
        Uploads = new UploadStore(_log, _clock, _rules, Publish);
        _notifier = new Notifier(_log, _rules, deliver, clock);
        Resources = buckets.ToDictionary(bucket => bucket.BucketName);
    }

    /// <summary>
    /// Opens the store and makes the buckets of the template. Targets that are new get their <c>s3:TestEvent</c>, and
    /// notifications that an earlier run still owed are delivered, from now on.
    /// </summary>
    /// <param name="folder">Of the store alone; made when missing.</param>
    /// <param name="deliver">Called concurrently; when it throws it is called again, later.</param>
    /// <exception cref="LocalCloudException">The folder is in use or damaged, or a bucket's name is wrong.</exception>
    public static ObjectStore Open(
        string folder, IReadOnlyList<BucketResource> buckets, DeliverNotification deliver, TimeProvider clock)
    {
        if (buckets.FirstOrDefault(b => !BucketAddress.IsValidBucketName(b.BucketName)) is { } invalid)
        {
            throw new LocalCloudException($"{invalid.LogicalId}: S3 does not allow the bucket name "
                + $"'{invalid.BucketName}'. Use 3 to 63 lower-case letters, digits, dots and hyphens.");
        }

        var store = new ObjectStore(folder, buckets, deliver, clock);
        foreach (var bucket in buckets)
        {
            store.CreateBucket(bucket.BucketName);
        }

        store._notifier.Start();
        return store;
    }

    /// <summary>What the template says of its buckets, by name.</summary>
    public IReadOnlyDictionary<string, BucketResource> Resources { get; }

    public UploadStore Uploads { get; }

    public Blobs Blobs => _log.Blobs;

    public IReadOnlyList<BucketCount> Counts() => _log.Read(state => state.Buckets
        .Select(b => new BucketCount(b.Name, b.Created, b.Objects.Count, b.Bytes))
        .OrderBy(b => b.Name, StringComparer.Ordinal).ToList());

    /// <returns>False when the bucket exists already.</returns>
    public bool CreateBucket(string name) => _log.Write(state =>
        state.HasBucket(name) ? null : new BucketCreated(name, _clock.GetUtcNow())) is not null;

    /// <exception cref="S3Exception">There is no such bucket.</exception>
    public void RequireBucket(string name) => _log.Read(state => state.Bucket(name));

    public StoredObject? Find(string bucket, string key) => _log.Read(state => state.Bucket(bucket).Find(key));

    public ListPage List(string bucket, ListQuery query) => _log.Read(state => state.Bucket(bucket).List(query));

    /// <summary>The object with a hold on its bytes, for reading them.</summary>
    /// <exception cref="S3Exception">There is no such bucket or key.</exception>
    public ObjectReader OpenRead(string bucket, string key) => _log.Read(state =>
        new ObjectReader(state.Bucket(bucket).Find(key) ?? throw S3Error.NoSuchKey(key), Blobs));

    /// <summary>Commits an object whose bytes are in <paramref name="blob"/>.</summary>
    /// <returns>The object with its time and sequencer.</returns>
    public StoredObject Put(
        string bucket, StoredObject item, NewBlob blob, WriteCondition condition, EventOrigin origin)
    {
        var commit = _log.Write(state =>
        {
            condition.Check(item.Key, state.Bucket(bucket).Find(item.Key));
            var now = _clock.GetUtcNow();
            var stored = item with { Modified = now, Sequencer = state.NextSequencer(now) };
            return new ObjectPut(bucket, stored, null, _rules.Owed(bucket, stored, origin));
        }, blob)!;
        Publish(commit.Event);
        return commit.Object;
    }

    /// <summary>Deletes the object, if there is one.</summary>
    public void Delete(string bucket, string key, WriteCondition condition, EventOrigin origin)
    {
        var commit = _log.Write(state =>
        {
            var current = state.Bucket(bucket).Find(key);
            condition.Check(key, current);
            var now = _clock.GetUtcNow();
            var sequencer = state.NextSequencer(now);
            return current is null ? null : new ObjectDeleted(bucket, key, sequencer,
                _rules.Owed(new ObjectEvent(bucket, key, null, null, sequencer, now, origin)));
        });
        Publish(commit?.Event);
    }

    /// <summary>Stops delivering; what is still owed is delivered when the folder is opened again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _notifier.DisposeAsync();
        _log.Dispose();
    }

    private void Publish(ObjectEvent? owed)
    {
        if (owed is not null)
        {
            _notifier.Publish(owed);
        }
    }
}

/// <param name="Bytes">Of all objects together.</param>
internal sealed record BucketCount(string Name, DateTimeOffset Created, int Objects, long Bytes);
