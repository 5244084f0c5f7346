using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Pages of the organization's photos, each found by where the one before ended.</summary>
internal sealed class PhotoList(NpgsqlDataSource database)
{
    // The statement is planned for the values of its parameters: a condition whose parameter is null is gone then, and
    // a partial index is open to the others. A plan for any values, as a prepared statement may come to have, could use
    // none of the indexes.
    private const string PlanForValues = "select set_config('plan_cache_mode', 'force_custom_plan', true)";

    private const string Matching = $"""
        select {PhotoStore.Columns}, taken_at from photos where organization_id = $1
          and ($2::uuid is null or project_id = $2) and ($3::text is null or status = $3)
          and ($4::text is null or kind = $4) and ($5::text is null or uploaded_by_user_id = $5)
          and ($6::text is null or session_id = $6)
          and ($7::timestamp is null or taken_at >= $7) and ($8::timestamp is null or taken_at < $8)
          and ($9::timestamptz is null or created_at >= $9) and ($10::timestamptz is null or created_at < $10)
        """;

    private const string Newest = $"""
        {Matching}
          and ($11::timestamptz is null or (created_at, id) < ($11, $12))
        order by created_at desc, id desc limit $13
        """;

    private const string LatestTaken = $"""
        {Matching}
          and taken_at is not null and ($11::timestamp is null or (taken_at, id) < ($11, $12))
        order by taken_at desc, id desc limit $13
        """;

    /// <summary>Of <c>taken_at</c>, behind the columns of a photo.</summary>
    private const int TakenAt = PhotoStore.ColumnCount;

    /// <param name="after">The position of the last item before the page; null: the first page.</param>
    /// <param name="limit">How many items at most.</param>
    public async Task<IReadOnlyList<ListedPhoto>> ReadAsync(
        string organizationId, PhotoFilter filter, Position? after, int limit, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(PlanForValues).Add(Statement(filter), Parameters(organizationId, filter, after, limit));
        await using var row = await batch.ReadAsync(cancellation);
        await row.NextResultAsync(cancellation);
        var items = new List<ListedPhoto>();
        while (await row.ReadAsync(cancellation))
        {
            var photo = PhotoStore.Map(row);
            var at = filter.IsByTaken ? row.GetDateTime(TakenAt) : photo.CreatedAt;
            items.Add(new ListedPhoto(photo, new Position(at, photo.Id)));
        }

        return items;
    }

    /// <summary>The one of two statements that lists in the filter's order.</summary>
    internal static string Statement(PhotoFilter filter) => filter.IsByTaken ? LatestTaken : Newest;

    internal static NpgsqlParameter[] Parameters(
        string organizationId, PhotoFilter filter, Position? after, int limit) =>
    [
        Sql.Text(organizationId),
        Sql.Uuid(filter.ProjectId),
        Sql.Text(filter.Status),
        Sql.Text(filter.Kind),
        Sql.Text(filter.UploadedBy),
        Sql.Text(filter.SessionId),
        Sql.Local(filter.TakenFrom),
        Sql.Local(filter.TakenTo),
        Sql.Instant(filter.CreatedFrom),
        Sql.Instant(filter.CreatedTo),
        filter.IsByTaken
            ? Sql.Local(after?.At)
            : Sql.Instant(after is { } a ? new DateTimeOffset(a.At.Ticks, TimeSpan.Zero) : null),
        Sql.Uuid(after?.Id),
        Sql.Number(limit),
    ];
}

/// <param name="Position">Where the list goes on after it.</param>
internal sealed record ListedPhoto(Photo Photo, Position Position);
