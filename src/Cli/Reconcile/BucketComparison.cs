using PhotoLambda.S3;

namespace PhotoLambda.Cli.Reconcile;

/// <summary>
/// Goes through a bucket's listing and its rows side by side, both in the order of the keys, and plans what to do where
/// they differ. What changed lately is left out: its event may be under way.
/// </summary>
/// <param name="cutoff">Objects and rows must have been as they are since then.</param>
internal sealed class BucketComparison(
    BucketLister lister, PhotoRows rows, UnknownObjects unknown, PlanWriter plan, DateTimeOffset cutoff)
{
    private const int UploadsAtOnce = 1000;

    public long Objects { get; private set; }

    public long Rows { get; private set; }

    public long Uploads { get; private set; }

    /// <param name="tell">Called now and then.</param>
    public async Task CompareAsync(string prefix, Action tell, CancellationToken cancellation)
    {
        await using var row = rows.ReadAsync(prefix, cancellation).GetAsyncEnumerator(cancellation);
        var hasRow = await row.MoveNextAsync();
        await foreach (var item in lister.ObjectsAsync(prefix, cancellation))
        {
            Objects++;
            tell();
            while (hasRow && KeyOrder.Instance.Compare(row.Current.Key, item.Key) < 0)
            {
                Alone(row.Current);
                hasRow = await row.MoveNextAsync();
            }

            if (hasRow && row.Current.Key == item.Key)
            {
                Compare(row.Current, item);
                hasRow = await row.MoveNextAsync();
            }
            else if (item.Modified <= cutoff)
            {
                await unknown.AddAsync(item, cancellation);
            }
        }

        for (; hasRow; hasRow = await row.MoveNextAsync())
        {
            Alone(row.Current);
        }

        await unknown.FlushAsync(cancellation);
    }

    /// <param name="before">Uploads that were begun later may still go on.</param>
    public async Task CompareUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellation)
    {
        var old = new List<ListedUpload>();
        await foreach (var upload in lister.UploadsAsync(prefix, cancellation))
        {
            Uploads++;
            if (upload.Initiated <= before)
            {
                old.Add(upload);
            }

            if (old.Count == UploadsAtOnce)
            {
                await AbortAsync(old, cancellation);
            }
        }

        await AbortAsync(old, cancellation);
    }

    private void Compare(PhotoRow row, ListedObject item)
    {
        Rows++;
        if (row.IsSettled && item.Modified <= cutoff && row.ETag != item.ETag)
        {
            // A row knows no version while it waits, when its ticket has expired, or when the object was removed.
            plan.Add(PlanAction.Look, row.ETag is null ? PlanReason.EventLost : PlanReason.Overwritten, item.Key,
                d => Described(d, row) with { ETag = item.ETag, Size = item.Size, Modified = item.Modified });
        }
    }

    private void Alone(PhotoRow row)
    {
        Rows++;
        // What failed may have lost its object without harm, and what waits has none.
        if (row.IsSettled && row.Status is "uploaded" or "processing" or "completed")
        {
            plan.Add(PlanAction.Look, PlanReason.ObjectLost, row.Key, d => Described(d, row));
        }
    }

    private async Task AbortAsync(List<ListedUpload> uploads, CancellationToken cancellation)
    {
        var usable = uploads.Where(u => Given.IsText(u.Key)).ToArray();
        var awaited = await rows.AwaitedUploadsAsync([.. usable.Select(u => u.Key)], cancellation);
        foreach (var upload in usable.Where(u => !awaited.Contains(u.UploadId)))
        {
            plan.Add(PlanAction.Abort, PlanReason.AbandonedUpload, upload.Key,
                d => d with { UploadId = upload.UploadId, Modified = upload.Initiated });
        }

        uploads.Clear();
    }

    private static Difference Described(Difference difference, PhotoRow row) =>
        difference with { PhotoId = row.Id, RowStatus = row.Status, RowETag = row.ETag };
}
