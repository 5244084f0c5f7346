using Npgsql;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>What the database says of a key that was there before the request.</summary>
internal static class KeptAnswer
{
    /// <param name="outcome">Of a function that takes keys.</param>
    /// <param name="column">Of the kept status; location and body stand behind it.</param>
    /// <returns>The kept answer, or the problem of another request's key; null for other outcomes.</returns>
    public static IResult? Read(NpgsqlDataReader row, string outcome, int column) => outcome switch
    {
        "replayed" => new JsonAnswer(
            row.GetInt16(column), row.GetFieldValue<byte[]>(column + 2),
            row.IsDBNull(column + 1) ? null : row.GetString(column + 1))
        {
            IsReplayed = true,
        },
        "key_reused" => Problems.IdempotencyKeyReused(),
        _ => null,
    };
}
