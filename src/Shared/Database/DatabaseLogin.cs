using Npgsql;
using PhotoLambda.Aws;

namespace PhotoLambda.Database;

/// <summary>Where the database is, and how to log in: by the password of its URL, or as whom IAM knows us.</summary>
/// <param name="connectionString">For Npgsql.</param>
/// <param name="password">Makes that of each new connection; null: the string has it.</param>
internal sealed class DatabaseLogin(
    string connectionString, Func<NpgsqlConnectionStringBuilder, string>? password = null)
{
    public const string Url = "PHOTOLAMBDA_DATABASE_URL";
    public const string Auth = "PHOTOLAMBDA_DATABASE_AUTH";

    public string ConnectionString => connectionString;

    /// <param name="variable">Gives the value of a variable, or null; with IAM also for each new connection.</param>
    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static DatabaseLogin Read(Func<string, string?> variable, TimeProvider? time = null) =>
        Of(FunctionDatabase.Read(variable), variable, time);

    /// <summary>The same where the database is named by other means.</summary>
    /// <inheritdoc cref="Read"/>
    public static DatabaseLogin Of(
        string connectionString, Func<string, string?> variable, TimeProvider? time = null) =>
        Settings.Optional(variable, Auth) switch
        {
            null => new DatabaseLogin(connectionString),
            "iam" => ByIam(new NpgsqlConnectionStringBuilder(connectionString), variable, time ?? TimeProvider.System),
            var other => throw new SettingException(
                Auth, $"is {Settings.Quoted(other)}; set it to iam, or leave it where {Url} has a password."),
        };

    /// <param name="settings">The connection string with changes of the caller's.</param>
    /// <returns>Of a source that encrypts when the string or the server wants it.</returns>
    public NpgsqlSlimDataSourceBuilder Builder(string? settings = null)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(settings ?? connectionString).EnableTransportSecurity();
        return password is null ? builder : builder.UsePasswordProvider(password, (at, _) => new(password(at)));
    }

    private static DatabaseLogin ByIam(
        NpgsqlConnectionStringBuilder settings, Func<string, string?> variable, TimeProvider time)
    {
        if (settings.Password is { Length: > 0 })
        {
            throw new SettingException(Auth, $"is iam, and {Url} has a password: take one of them away.");
        }

        if (settings.Username is not { Length: > 0 })
        {
            throw new SettingException(Auth, $"is iam, and {Url} names no user whom IAM could let in.");
        }

        // What is unset is 'prefer', and would go on without TLS.
        settings.SslMode = settings.SslMode switch
        {
            SslMode.Disable or SslMode.Allow => throw new SettingException(
                Auth, $"is iam, which takes TLS, and {Url} has "
                + $"sslmode={settings.SslMode.ToString().ToLowerInvariant()}: set it to verify-full, or to require."),
            SslMode.Prefer => SslMode.Require,
            var safe => safe,
        };
        // Told at the start, not at the first connection.
        AwsEnvironment.Read(variable);
        return new DatabaseLogin(settings.ConnectionString, at => RdsToken.Make(
            AwsEnvironment.Read(variable), at.Host!, at.Port, at.Username!, time.GetUtcNow()));
    }
}
