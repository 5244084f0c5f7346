namespace PhotoLambda.Local.S3;

/// <summary>A multipart upload with the parts it has so far. Its owner holds the lock.</summary>
internal sealed class OpenUpload(MultipartUpload upload)
{
    private readonly SortedDictionary<int, UploadPart> _parts = [];

    public MultipartUpload Upload { get; } = upload;

    /// <summary>By number, ascending.</summary>
    public IReadOnlyCollection<UploadPart> Parts => _parts.Values;

    public IEnumerable<Segment> Segments => _parts.Values.Select(part => part.Segment);

    public UploadPart? Find(int number) => _parts.GetValueOrDefault(number);

    /// <returns>The file of the part that had this number before.</returns>
    public IEnumerable<Segment> Put(UploadPart part)
    {
        Segment[] replaced = _parts.TryGetValue(part.Number, out var old) ? [old.Segment] : [];
        _parts[part.Number] = part;
        return replaced;
    }

    public IEnumerable<Commit> Snapshot() =>
        _parts.Values.Select(part => (Commit)new PartStored(Upload.Id, part)).Prepend(new UploadStarted(Upload));
}
