using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Cli.Reconcile;

/// <summary>Objects that no row has as its original: whose they are is asked for a thousand at a time.</summary>
internal sealed class UnknownObjects(NpgsqlDataSource database, PhotoRows rows, PlanWriter plan, string bucket)
{
    private const int AtOnce = 1000;

    // The newest deletion of the key counts: one that is not finished stands before all.
    private const string Select = """
        select exists (select from adoptions a where a.s3_bucket = $1 and starts_with(o.key, a.key_prefix)),
          d.photo_id, d.finished_at, s.etag
        from unnest($2::text[]) with ordinality as o (key, n)
        left join lateral (
          select photo_id, finished_at from deletions d where d.s3_bucket = $1 and d.s3_keys[1] = o.key
          order by finished_at desc nulls first limit 1
        ) d on true
        left join strays s on s.s3_bucket = $1 and s.s3_key = o.key and not s.is_removed
        order by o.n
        """;

    private readonly List<ListedObject> _waiting = new(AtOnce);

    public async Task AddAsync(ListedObject item, CancellationToken cancellation)
    {
        if (!Given.IsText(item.Key))
        {
            Add(PlanAction.None, PlanReason.UnusableKey, item);
            return;
        }

        _waiting.Add(item);
        if (_waiting.Count == AtOnce)
        {
            await FlushAsync(cancellation);
        }
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        var originals = _waiting.ConvertAll(o => DerivedKeys.Original(o.Key) ?? o.Key).ToArray();
        var named = _waiting.Any(o => DerivedKeys.IsDerived(o.Key))
            ? await rows.DerivedAsync(originals, cancellation)
            : [];
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(Sql.Text(bucket));
        command.Parameters.Add(Sql.Texts(originals));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        foreach (var item in _waiting)
        {
            await row.ReadAsync(cancellation);
            var known = new Known(
                row.GetBoolean(0),
                row.IsDBNull(1) ? null : row.GetGuid(1),
                row.IsDBNull(2) ? null : row.GetFieldValue<DateTime>(2),
                row.IsDBNull(3) ? null : row.GetString(3));
            if (!named.Contains(item.Key))
            {
                Judge(item, known);
            }
        }

        _waiting.Clear();
    }

    private void Judge(ListedObject item, Known known)
    {
        if (known is { DeletedPhoto: not null, DeletionFinished: null })
        {
            // The sweep is about to delete it.
        }
        else if (known.DeletedPhoto is { } photo
            && (DerivedKeys.IsDerived(item.Key) || item.Modified.UtcDateTime <= known.DeletionFinished))
        {
            // An original that is younger is another's; what is made of one may have been under way.
            Add(PlanAction.Delete, PlanReason.LeftOver, item, photo);
        }
        else if (DerivedKeys.IsDerived(item.Key))
        {
            Add(PlanAction.None, PlanReason.Orphan, item);
        }
        else if (known.IsAdopted)
        {
            Add(PlanAction.Look, PlanReason.Adopt, item);
        }
        else if (known.StrayETag != item.ETag)
        {
            Add(PlanAction.Look, PlanReason.Stray, item);
        }
    }

    private void Add(string action, string reason, ListedObject item, Guid? photo = null) =>
        plan.Add(action, reason, item.Key, d => d with
        {
            PhotoId = photo,
            ETag = item.ETag,
            Size = item.Size,
            Modified = item.Modified,
        });

    /// <param name="StrayETag">As it was noted; null where it was not.</param>
    private sealed record Known(bool IsAdopted, Guid? DeletedPhoto, DateTime? DeletionFinished, string? StrayETag);
}
