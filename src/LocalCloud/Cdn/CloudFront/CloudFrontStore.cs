using System.Security.Cryptography;
using System.Text.Json;

namespace PhotoLambda.Local.Cdn;

/// <summary>The distribution's keys and invalidations, on disk.</summary>
internal sealed class CloudFrontStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly List<Invalidation> _invalidations = [];
    private readonly Journal _journal;

    /// <param name="path">Of the journal; made, with its folder, when missing.</param>
    /// <exception cref="LocalCloudException">A line of the journal is damaged.</exception>
    public CloudFrontStore(string path)
    {
        try
        {
            _journal = new Journal(path, line =>
                Apply(JsonSerializer.Deserialize(line.Span, CloudFrontJson.Default.CloudFrontRecord)!));
        }
        catch (JsonException e)
        {
            throw new LocalCloudException($"{path} is damaged ({e.Message}). Restore it, or delete it.", e);
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Invalidation> Invalidations
    {
        get
        {
            lock (_gate)
            {
                return [.. _invalidations];
            }
        }
    }

    /// <returns>Null when there is none with this id; else to be disposed of.</returns>
    public RSA? FindKey(string id)
    {
        string? pem;
        lock (_gate)
        {
            pem = _keys.GetValueOrDefault(id);
        }

        if (pem is null)
        {
            return null;
        }

        var key = RSA.Create();
        key.ImportFromPem(pem);
        return key;
    }

    public void Put(ViewerKey key) => Commit(new CloudFrontRecord(Key: key));

    /// <remarks>cloudfront/latest/APIReference/API_InvalidationBatch.html</remarks>
    /// <returns>This one, or the one that was made of the same request.</returns>
    /// <exception cref="CloudFrontRefusal">Another request had this reference.</exception>
    public Invalidation Add(Invalidation invalidation)
    {
        lock (_gate)
        {
            var old = _invalidations.Find(i =>
                (i.DistributionId, i.Reference) == (invalidation.DistributionId, invalidation.Reference));
            if (old is null)
            {
                Commit(new CloudFrontRecord(Invalidation: invalidation));
                return invalidation;
            }

            return old.Paths.SequenceEqual(invalidation.Paths) ? old : throw new CloudFrontRefusal(
                400, "InvalidationBatchAlreadyExists",
                $"CallerReference '{old.Reference}' was used already, for other paths.");
        }
    }

    public void Dispose() => _journal.Dispose();

    private void Commit(CloudFrontRecord record)
    {
        lock (_gate)
        {
            _journal.Append(JsonSerializer.SerializeToUtf8Bytes(record, CloudFrontJson.Default.CloudFrontRecord));
            Apply(record);
        }
    }

    private void Apply(CloudFrontRecord record)
    {
        if (record.Key is { } key)
        {
            _keys[key.Id] = key.Pem;
        }
        else if (record.Invalidation is { } invalidation)
        {
            _invalidations.Add(invalidation);
        }
    }
}
