using System.Text;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

/// <summary>What a function writes and reads, beside what Npgsql does with the same.</summary>
public class PlainTypesTests(CloudFixture cloud)
{
    private static readonly Guid Id = Guid.Parse("0199f3b0-7c1e-7d2a-9a55-6f1f0c7f4a11");

    private static readonly DateTime Instant =
        new DateTime(2026, 2, 28, 23, 59, 59, DateTimeKind.Utc).AddMicroseconds(7);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<NpgsqlParameter>> Parameters => new()
    {
        { "text", () => Sql.Text("Grüße, 写真 🙂") },
        { "no text", () => Sql.Text(null) },
        { "empty text", () => Sql.Text("") },
        { "more text than a buffer holds", () => Sql.Text(new string('ß', 100_000)) },
        { "bytea", () => Sql.Bytes([0, 1, 255]) },
        { "no bytea", () => Sql.Bytes(null) },
        { "more bytes than a buffer holds", () => Sql.Bytes(Encoding.ASCII.GetBytes(new string('x', 100_000))) },
        { "boolean", () => Sql.Boolean(true) },
        { "bigint", () => Sql.Number(long.MinValue) },
        { "no bigint", () => Sql.Number(null) },
        { "double precision", () => Sql.Real(-0.1) },
        { "not a number", () => Sql.Real(double.NaN) },
        { "uuid", () => Sql.Uuid(Id) },
        { "timestamp with time zone", () => Sql.Instant(Instant) },
        { "before 2000", () => Sql.Instant(new DateTimeOffset(1826, 1, 2, 3, 4, 5, TimeSpan.Zero)) },
        { "infinity", () => Sql.Instant(DateTimeOffset.MaxValue) },
        { "timestamp", () => Sql.Local(DateTime.SpecifyKind(Instant, DateTimeKind.Unspecified)) },
        { "array of text", () => Sql.Texts(["a", null, "", new string('b', 20_000)]) },
        { "empty array", () => Sql.Texts([]) },
        { "no array", () => Sql.Texts(null) },
        { "array of bytea", () => Sql.Blobs([[1, 2], null, new byte[20_000]]) },
        { "array of uuid", () => Sql.Uuids([Id, Guid.Empty]) },
        { "array of uuid and null", () => Sql.UuidsOrNull([Id, null]) },
        { "array of integer", () => Sql.Integers([1, -2]) },
        { "array of bigint and null", () => Sql.Numbers([1, null]) },
        { "array of timestamps", () => Sql.Instants([new DateTimeOffset(Instant)]) },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task A_parameter_is_to_the_database_what_Npgsql_makes_of_it(
        string what, Func<NpgsqlParameter> parameter)
    {
        await using var ours = FunctionDatabase.Open(Database);
        await using var npgsqls = Npgsqls();

        Assert.True(await TextAsync(ours, parameter()) == await TextAsync(npgsqls, parameter()), what);
    }

    [Theory]
    [InlineData("'Grüße 🙂'::text", "")]
    [InlineData("repeat('ß', 100000)", "")]
    [InlineData("'\\x0001ff'::bytea", new byte[0])]
    [InlineData("decode(repeat('ab', 100000), 'hex')", new byte[0])]
    [InlineData("false", false)]
    [InlineData("(-7)::smallint", (short)0)]
    [InlineData("2147483647", 0)]
    [InlineData("-9223372036854775808", 0L)]
    [InlineData("1e300::float8", 0.0)]
    [InlineData("array['a', '', repeat('b', 20000)]", new string[0])]
    [InlineData("array[1, -2]", new int[0])]
    public Task A_column_is_read_as_by_Npgsql<T>(string sql, T _) => ReadBothAsync<T>(sql);

    [Fact]
    public async Task Ids_and_times_are_read_as_by_Npgsql()
    {
        await ReadBothAsync<Guid>($"'{Id}'::uuid");
        await ReadBothAsync<Guid[]>($"array['{Id}'::uuid]");
        await ReadBothAsync<long?[]>("array[1, null]::bigint[]");
        await ReadBothAsync<DateTime[]>("array['2026-02-28T23:59:59.000007Z'::timestamptz]");
        foreach (var time in new[] { "2026-02-28T23:59:59.000007Z", "1826-01-02T03:04:05Z", "infinity", "-infinity" })
        {
            Assert.Equal(DateTimeKind.Utc, (await ReadBothAsync<DateTime>($"'{time}'::timestamptz")).Kind);
            Assert.Equal(DateTimeKind.Unspecified, (await ReadBothAsync<DateTime>($"'{time}'::timestamp")).Kind);
        }
    }

    [Fact]
    public async Task What_is_not_listed_is_left_to_Npgsql()
    {
        await ReadBothAsync<decimal>("1.50::numeric");
        await ReadBothAsync<string>("""'{"a":1}'::jsonb""");
        await ReadBothAsync<DateTimeOffset>("'2026-01-01T00:00:00Z'::timestamptz");
        await ReadBothAsync<TimeSpan>("'1 day'::interval");
    }

    [Theory]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Unspecified)]
    public async Task An_instant_that_is_not_in_UTC_is_refused(DateTimeKind kind)
    {
        await using var database = FunctionDatabase.Open(Database);
        var parameter = new NpgsqlParameter<DateTime>
        {
            TypedValue = DateTime.SpecifyKind(Instant, kind),
            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz,
        };

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => TextAsync(database, parameter));
        Assert.Contains($"its kind was {kind}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_time_that_is_in_UTC_is_refused()
    {
        await using var database = FunctionDatabase.Open(Database);

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => TextAsync(database, Sql.Local(Instant)));
        Assert.Contains("its kind was Utc", refused.Message, StringComparison.Ordinal);
    }

    private string Database => DatabaseUrl.ToConnectionString(
        cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!);

    private NpgsqlDataSource Npgsqls() => NpgsqlDataSource.Create(Database);

    private static async Task<string?> TextAsync(NpgsqlDataSource database, NpgsqlParameter parameter)
    {
        await using var command = database.CreateCommand("select pg_typeof($1) || ' ' || coalesce($1::text, 'null')");
        command.Parameters.Add(parameter);
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }

    private async Task<T> ReadBothAsync<T>(string sql)
    {
        await using var ours = FunctionDatabase.Open(Database);
        await using var npgsqls = Npgsqls();
        var read = await ReadAsync<T>(ours, sql);
        Assert.Equal(await ReadAsync<T>(npgsqls, sql), read);
        return read;
    }

    private static async Task<T> ReadAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand($"select {sql}");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        return await reader.GetFieldValueAsync<T>(0, Cancellation);
    }
}
