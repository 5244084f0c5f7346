namespace PhotoLambda.Local.S3;

/// <summary>All that the journal's lines add up to, be they replayed or new: see <see cref="Apply"/>.</summary>
internal sealed class StoreState
{
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenUpload> _uploads = new(StringComparer.Ordinal);
    private readonly Dictionary<long, ObjectEvent> _owed = [];
    private readonly HashSet<TargetTested> _tested = [];
    private long _sequencer;

    public IReadOnlyCollection<Bucket> Buckets => _buckets.Values;

    public IReadOnlyCollection<OpenUpload> Uploads => _uploads.Values;

    /// <summary>Events whose delivery is not recorded, oldest first.</summary>
    public IEnumerable<ObjectEvent> Owed => _owed.Values.OrderBy(owed => owed.Sequencer);

    public bool HasBucket(string name) => _buckets.ContainsKey(name);

    /// <exception cref="S3Exception">There is no such bucket.</exception>
    public Bucket Bucket(string name) => _buckets.GetValueOrDefault(name) ?? throw S3Error.NoSuchBucket(name);

    /// <exception cref="S3Exception">There is no such upload for this key.</exception>
    public OpenUpload Upload(string bucket, string key, string id) =>
        _uploads.GetValueOrDefault(id) is { } open && open.Upload.Bucket == bucket && open.Upload.Key == key
            ? open
            : throw S3Error.NoSuchUpload(id);

    public bool IsTested(TargetTested target) => _tested.Contains(target);

    /// <summary>Greater than all before it, also those of an earlier run.</summary>
    public long NextSequencer(DateTimeOffset now) => Math.Max(_sequencer + 1, now.UtcTicks);

    /// <returns>Files that nothing refers to any more.</returns>
    public IEnumerable<Segment> Apply(Commit commit)
    {
        switch (commit)
        {
            case BucketCreated created:
                _buckets.TryAdd(created.Bucket, new Bucket(created.Bucket, created.Time));
                return [];
            case ObjectPut put:
                return Put(put);
            case ObjectDeleted deleted:
                Owe(deleted.Sequencer, deleted.Event);
                return _buckets[deleted.Bucket].Remove(deleted.Key, out var removed) ? removed.Segments : [];
            case UploadStarted started:
                _uploads.Add(started.Upload.Id, new OpenUpload(started.Upload));
                return [];
            case PartStored stored:
                return _uploads[stored.UploadId].Put(stored.Part);
            case UploadAborted aborted:
                return _uploads.Remove(aborted.UploadId, out var upload) ? upload.Segments : [];
            case EventOwed owed:
                Owe(owed.Event.Sequencer, owed.Event);
                return [];
            case EventDelivered delivered:
                _owed.Remove(delivered.Sequencer);
                return [];
            case TargetTested tested:
                _tested.Add(tested);
                return [];
            case SequenceReached reached:
                Owe(reached.Sequencer, null);
                return [];
            default:
                throw new InvalidOperationException($"Unknown commit {commit.GetType().Name}");
        }
    }

    /// <summary>The shortest journal that leads to this state.</summary>
    public IEnumerable<Commit> Snapshot()
    {
        yield return new SequenceReached(_sequencer);
        foreach (var bucket in _buckets.Values)
        {
            yield return new BucketCreated(bucket.Name, bucket.Created);
            foreach (var item in bucket.Objects)
            {
                yield return new ObjectPut(bucket.Name, item, null, null);
            }
        }

        foreach (var commit in _uploads.Values.SelectMany(upload => upload.Snapshot())
            .Concat(Owed.Select(owed => new EventOwed(owed))).Concat(_tested))
        {
            yield return commit;
        }
    }

    private List<Segment> Put(ObjectPut put)
    {
        Owe(put.Object.Sequencer, put.Event);
        var bucket = _buckets[put.Bucket];
        var dropped = new List<Segment>(bucket.Find(put.Object.Key)?.Segments ?? []);
        bucket.Put(put.Object);
        if (put.UploadId is not null && _uploads.Remove(put.UploadId, out var upload))
        {
            dropped.AddRange(upload.Segments.Except(put.Object.Segments));
        }

        return dropped;
    }

    private void Owe(long sequencer, ObjectEvent? owed)
    {
        _sequencer = Math.Max(_sequencer, sequencer);
        if (owed is not null)
        {
            _owed[sequencer] = owed;
        }
    }
}
