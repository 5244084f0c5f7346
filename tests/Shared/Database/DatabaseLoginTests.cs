using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

/// <summary>Who has no password for the database logs in as IAM knows it.</summary>
public class DatabaseLoginTests(CloudFixture cloud)
{
    private const string User = "photolambda_api";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_connection_has_a_token_of_the_credentials_of_its_time()
    {
        var passwords = new ConcurrentQueue<string>();
        using var database = UnreliableDatabase.OfTokens(passwords);
        var time = new StoppedTime(DateTimeOffset.UnixEpoch.AddYears(60));
        var variables = Iam($"postgresql://us%40er@127.0.0.1:{database.Port}/d");
        await using var source = FunctionDatabase.Open(DatabaseLogin.Read(variables.GetValueOrDefault, time));
        string Expected() => RdsToken.Make(
            AwsEnvironment.Read(variables.GetValueOrDefault), "127.0.0.1", database.Port, "us@er", time.GetUtcNow());

        var first = Expected();
        await RefusedAsync(source);
        (variables["AWS_ACCESS_KEY_ID"], variables["AWS_SESSION_TOKEN"]) = ("ASIANEXT", "token+of/a=role");
        var second = Expected();
        await RefusedAsync(source);
        await RefusedAsync(source);

        Assert.Equal([first, second, second], passwords);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_blocking_connection_has_a_token_too()
    {
        var passwords = new ConcurrentQueue<string>();
        using var database = UnreliableDatabase.OfTokens(passwords);
        using var source = FunctionDatabase.Open(DatabaseLogin.Read(
            Iam($"Host=127.0.0.1;Port={database.Port};Username={User};Database=d").GetValueOrDefault));

        Assert.Throws<PostgresException>(source.OpenConnection);

        Assert.Contains($"/?Action=connect&DBUser={User}&", Assert.Single(passwords), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_sends_its_token()
    {
        var passwords = new ConcurrentQueue<string>();
        using var database = UnreliableDatabase.OfTokens(passwords);
        await using var function = await LoneUploadUrl.StartAsync(
            cloud, $"postgresql://{User}@127.0.0.1:{database.Port}/d", (DatabaseLogin.Auth, "iam"));

        await function.GetAsync("/readyz");

        AssertToken(passwords, database.Port, cloud.Settings("UploadUrlFunction"));
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("org", "create", "harbour")]
    [InlineData("strays")]
    public async Task A_command_sends_its_token(params string[] command)
    {
        var passwords = new ConcurrentQueue<string>();
        using var database = UnreliableDatabase.OfTokens(passwords);
        var variables = Iam($"postgresql://{User}@127.0.0.1:{database.Port}/d");

        var (exit, output) = await CommandLine.RunInAsync(variables, command);

        Assert.Equal(1, exit);
        Assert.Contains("not you, then", output);
        AssertToken(passwords, database.Port, variables);
    }

    [Theory]
    [InlineData("postgresql://u@h/d?sslmode=disable", "iam",
        "PHOTOLAMBDA_DATABASE_AUTH is iam, which takes TLS, and PHOTOLAMBDA_DATABASE_URL has sslmode=disable")]
    [InlineData("postgresql://u@h/d?sslmode=allow", "iam", "has sslmode=allow: set it to verify-full, or to require.")]
    [InlineData("postgresql://u:pass-word@h/d", "iam",
        "PHOTOLAMBDA_DATABASE_AUTH is iam, and PHOTOLAMBDA_DATABASE_URL has a password")]
    [InlineData("postgresql://h/d", "iam", "PHOTOLAMBDA_DATABASE_URL names no user")]
    [InlineData("postgresql://u@h/d", "IAM", "PHOTOLAMBDA_DATABASE_AUTH is 'IAM'; set it to iam, or leave it")]
    [InlineData("", "iam", "PHOTOLAMBDA_DATABASE_URL is not set")]
    public async Task What_does_not_go_together_is_refused(string url, string auth, string message)
    {
        var variables = Iam(url);
        variables[DatabaseLogin.Auth] = auth;

        var refused = Assert.Throws<SettingException>(
            () => DatabaseLogin.Read(variables.GetValueOrDefault)).Message;

        Assert.Contains(message, refused, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-word", refused, StringComparison.Ordinal);
        if (url.Length > 0)
        {
            Assert.Equal((1, refused + "\n"), await CommandLine.RunInAsync(variables, "migrate"));
        }
    }

    [Fact]
    public void Missing_credentials_are_named_at_the_start()
    {
        var variables = Iam("postgresql://u@h/d");
        variables["AWS_ACCESS_KEY_ID"] = "";

        var refused = Assert.Throws<SettingException>(() => DatabaseLogin.Read(variables.GetValueOrDefault));

        Assert.StartsWith("AWS_ACCESS_KEY_ID is not set.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", SslMode.Require)]
    [InlineData("?sslmode=prefer", SslMode.Require)]
    [InlineData("?sslmode=require", SslMode.Require)]
    [InlineData("?sslmode=verify-full", SslMode.VerifyFull)]
    public void A_token_goes_over_TLS_only(string query, object mode)
    {
        var login = DatabaseLogin.Read(Iam("postgresql://u@h/d" + query).GetValueOrDefault);

        Assert.Equal(mode, new NpgsqlConnectionStringBuilder(login.ConnectionString).SslMode);
    }

    private static Dictionary<string, string?> Iam(string url) => new()
    {
        [DatabaseLogin.Url] = url,
        [DatabaseLogin.Auth] = "iam",
        ["AWS_REGION"] = "eu-central-1",
        ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "secret",
    };

    private static async Task RefusedAsync(NpgsqlDataSource source)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(async () => await source.OpenConnectionAsync(Stop));
        Assert.Equal("not you, then", refused.MessageText);
    }

    /// <summary>Each is what would be made at the time that it names.</summary>
    private static void AssertToken(
        ConcurrentQueue<string> passwords, int port, IReadOnlyDictionary<string, string?> variables)
    {
        Assert.NotEmpty(passwords);
        foreach (var password in passwords)
        {
            const string name = "X-Amz-Date=";
            var at = password.IndexOf(name, StringComparison.Ordinal) + name.Length;
            var time = DateTimeOffset.ParseExact(password.Substring(at, 16), "yyyyMMdd'T'HHmmss'Z'",
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            Assert.InRange(DateTimeOffset.UtcNow - time, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            Assert.Equal(password, RdsToken.Make(
                AwsEnvironment.Read(n => variables.GetValueOrDefault(n)), "127.0.0.1", port, User, time));
        }
    }
}
