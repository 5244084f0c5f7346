using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.PublishToCdn;

/// <summary>
/// That photos were not published: their origin serves them, their rows say why, and the sweep asks again after 10, 30,
/// 90 … minutes, a day at most. The eighth failure is the last.
/// </summary>
internal static class PublishFailure
{
    private const string Next = """
        cdn_error = left($2, 500), cdn_attempts = least(cdn_attempts + 1, 8),
          cdn_due_at = case when cdn_attempts < 7 then now() + greatest(
            least(interval '10 minutes' * power(3, cdn_attempts), interval '1 day'), interval '1 second' * $3) end
        """;

    private const string OfPhotos = $"update photos set {Next} where id = any ($1)";
    private const string OfAsset = $"update photos set {Next} where cdn_asset_id = $1";

    public static NpgsqlBatchCommand Command(Guid[] photoIds, string reason) =>
        Sql.Command(OfPhotos, Sql.Uuids(photoIds), Sql.Text(reason), Sql.Real(0));

    /// <param name="wait">What the CDN asked for.</param>
    public static NpgsqlBatchCommand Command(Guid assetId, string reason, TimeSpan wait) =>
        Sql.Command(OfAsset, Sql.Uuid(assetId), Sql.Text(reason), Sql.Real(wait.TotalSeconds));
}
