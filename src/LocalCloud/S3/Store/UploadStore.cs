using PhotoLambda.S3;

namespace PhotoLambda.Local.S3;

/// <summary>Multipart uploads in progress; they survive a restart like objects.</summary>
internal sealed class UploadStore(
    StoreLog log, TimeProvider clock, NotificationRules rules, Action<ObjectEvent?> publish)
{
    public MultipartUpload Start(
        string bucket, string key, IReadOnlyDictionary<string, string> headers,
        ChecksumAlgorithm algorithm, bool fullObject, bool declared)
    {
        var commit = log.Write(state => new UploadStarted(new MultipartUpload(Guid.NewGuid().ToString("n"),
            state.Bucket(bucket).Name, key, headers, algorithm, fullObject, declared, clock.GetUtcNow())));
        return commit!.Upload;
    }

    /// <exception cref="S3Exception">There is no such upload.</exception>
    public MultipartUpload Find(string bucket, string key, string id) =>
        log.Read(state => state.Upload(bucket, key, id).Upload);

    /// <exception cref="S3Exception">There is no such upload.</exception>
    public (MultipartUpload Upload, IReadOnlyList<UploadPart> Parts) Parts(string bucket, string key, string id) =>
        log.Read(state =>
        {
            var open = state.Upload(bucket, key, id);
            return (open.Upload, open.Parts.ToList());
        });

    /// <summary>In the order of keys, then of starting.</summary>
    public IReadOnlyList<MultipartUpload> List(string bucket) => log.Read(state =>
    {
        var name = state.Bucket(bucket).Name;
        return state.Uploads.Select(open => open.Upload).Where(upload => upload.Bucket == name)
            .OrderBy(upload => upload.Key, KeyOrder.Instance).ThenBy(upload => upload.Initiated)
            .ThenBy(upload => upload.Id, StringComparer.Ordinal).ToList();
    });

    /// <exception cref="S3Exception">The upload was completed or aborted meanwhile.</exception>
    public UploadPart Put(MultipartUpload upload, int number, NewBlob blob, ReceivedBody body) => log.Write(state =>
    {
        state.Upload(upload.Bucket, upload.Key, upload.Id);
        return new PartStored(upload.Id, new UploadPart(
            number, new Segment(blob.Id, body.Size), body.ETag, body.Checksum.Value, clock.GetUtcNow()));
    }, blob)!.Part;

    /// <summary>Makes the parts one object.</summary>
    /// <param name="assemble">Chooses among the parts; throws to refuse.</param>
    public StoredObject Complete(MultipartUpload upload, WriteCondition condition,
        Func<OpenUpload, StoredObject> assemble, EventOrigin origin)
    {
        var commit = log.Write(state =>
        {
            var open = state.Upload(upload.Bucket, upload.Key, upload.Id);
            condition.Check(upload.Key, state.Bucket(upload.Bucket).Find(upload.Key));
            var now = clock.GetUtcNow();
            var stored = assemble(open) with { Modified = now, Sequencer = state.NextSequencer(now) };
            return new ObjectPut(upload.Bucket, stored, upload.Id, rules.Owed(upload.Bucket, stored, origin));
        })!;
        publish(commit.Event);
        return commit.Object;
    }

    /// <exception cref="S3Exception">There is no such upload.</exception>
    public void Abort(string bucket, string key, string id) => log.Write(state =>
        new UploadAborted(state.Upload(bucket, key, id).Upload.Id));
}
