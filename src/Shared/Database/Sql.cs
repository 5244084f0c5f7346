using Npgsql;
using NpgsqlTypes;

namespace PhotoLambda.Database;

/// <summary>Typed positional parameters: a null keeps its type, and nothing is boxed or guessed.</summary>
internal static class Sql
{
    public static NpgsqlParameter Text(string? value) => Of(value, NpgsqlDbType.Text);

    public static NpgsqlParameter Texts(string?[]? value) => Of(value, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameter Uuid(Guid? value) => OfValue(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Uuids(Guid[] value) => Of(value, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter UuidsOrNull(Guid?[] value) => Of(value, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter Integers(int[]? value) => Of(value, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static NpgsqlParameter Numbers(long?[] value) => Of(value, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter Blobs(byte[]?[] value) => Of(value, NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    public static NpgsqlParameter Bytes(byte[]? value) => Of(value, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Number(long? value) => OfValue(value, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Real(double? value) => OfValue(value, NpgsqlDbType.Double);

    public static NpgsqlParameter Boolean(bool? value) => OfValue(value, NpgsqlDbType.Boolean);

    public static NpgsqlParameter Instant(DateTimeOffset? value) =>
        OfValue(value?.UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Instants(DateTimeOffset[] value) =>
        Of(Array.ConvertAll(value, v => v.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    /// <summary>A date and time without a zone.</summary>
    public static NpgsqlParameter Local(DateTime? value) => OfValue(value, NpgsqlDbType.Timestamp);

    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        // The callers' texts are constants; what varies is a parameter.
#pragma warning disable CA2100
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static NpgsqlCommand Command(
        NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        // As above.
#pragma warning disable CA2100
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter Of<T>(T? value, NpgsqlDbType type) where T : class =>
        value is null
            ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
            : new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type };

    private static NpgsqlParameter OfValue<T>(T? value, NpgsqlDbType type) where T : struct =>
        value is null
            ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
            : new NpgsqlParameter<T> { TypedValue = value.Value, NpgsqlDbType = type };
}
