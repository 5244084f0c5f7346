using System.Globalization;
using Npgsql;

namespace PhotoLambda.Database;

/// <summary>
/// Reads the one setting that names a database: a URL as libpq takes it, or Npgsql's own <c>Host=…;Port=…</c>.
/// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
/// </summary>
internal static class DatabaseUrl
{
    /// <returns>A connection string for Npgsql.</returns>
    /// <exception cref="FormatException">Says what is wrong with the value, without its password.</exception>
    public static string ToConnectionString(string value)
    {
        value = value.Trim();
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        var isUrl = scheme > 0 && value.AsSpan(0, scheme) is "postgresql" or "postgres";
        return isUrl ? FromUrl(value[(scheme + 3)..]) : FromKeywords(value);
    }

    private static string FromKeywords(string value)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(value);
            return settings.Host is { Length: > 0 } ? value : throw new FormatException(
                "The database setting names no host: postgresql://user:password@host:5432/database is expected.");
        }
        catch (Exception refused) when (refused is ArgumentException or KeyNotFoundException)
        {
            // Not handed on as the cause: Npgsql quotes what it does not understand, and that may be the password.
            throw new FormatException(
                "The database setting is neither a URL (postgresql://user:password@host:5432/database) " +
                "nor a connection string that Npgsql understands.");
        }
    }

    // user:password@host:port/database?name=value, each part optional.
    private static string FromUrl(string rest)
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = "localhost" };
        var (before, query) = Cut(rest, rest.IndexOf('?', StringComparison.Ordinal));
        var (authority, database) = Cut(before, before.IndexOf('/', StringComparison.Ordinal));
        var at = authority.LastIndexOf('@');
        if (at < 0 && rest.Contains('@', StringComparison.Ordinal))
        {
            throw new FormatException(
                "The password of the database URL has a / or ? that must be written as %2F or %3F.");
        }

        var (user, password) = Cut(authority[..Math.Max(at, 0)], authority.IndexOf(':', StringComparison.Ordinal));
        SetHostAndPort(settings, authority[(at + 1)..]);
        Set(settings, "user", Decode(user, "user"));
        Set(settings, "password", Decode(password, "password"));
        Set(settings, "dbname", Decode(database, "database"));
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, text) = Cut(pair, pair.IndexOf('=', StringComparison.Ordinal));
            name = Decode(name, "parameter");
            Set(settings, name, Decode(text, name));
        }

        return settings.ConnectionString;
    }

    private static (string Before, string After) Cut(string text, int at) =>
        at < 0 || at >= text.Length ? (text, "") : (text[..at], text[(at + 1)..]);

    private static void SetHostAndPort(NpgsqlConnectionStringBuilder settings, string text)
    {
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : 0;
        if (bracket < 0)
        {
            throw new FormatException("The host of the database URL has a [ without its ].");
        }

        var (host, port) = Cut(text, text.IndexOf(':', bracket));
        Set(settings, "host", Decode(host, "host").Trim('[', ']'));
        Set(settings, "port", port);
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        switch (name)
        {
            case "host" when value.Contains(','):
                throw new FormatException("The database URL names several hosts; one is supported.");
            case "host": settings.Host = value; break;
            case "port": settings.Port = Number(name, value, 1, 65_535); break;
            case "user": settings.Username = value; break;
            case "password": settings.Password = value; break;
            case "dbname": settings.Database = value; break;
            case "sslmode": settings.SslMode = Mode(value); break;
            case "sslrootcert": settings.RootCertificate = value; break;
            case "sslcert": settings.SslCertificate = value; break;
            case "sslkey": settings.SslKey = value; break;
            case "connect_timeout": settings.Timeout = Number(name, value, 0, 1_024); break;
            case "application_name": settings.ApplicationName = value; break;
            case "options": settings.Options = value; break;
            default: throw new FormatException($"The database URL has a parameter that is not supported: {name}.");
        }
    }

    private static SslMode Mode(string value) => value switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new FormatException(
            "The sslmode of the database URL is none of disable, allow, prefer, require, verify-ca, verify-full."),
    };

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw new FormatException($"The {name} of the database URL is not a number from {least} to {most}.");

    // Uri.UnescapeDataString lets a broken escape through as it is; a password with a bare % would then be another one.
    private static string Decode(string text, string part)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                throw new FormatException($"The {part} of the database URL has a % that must be written as %25.");
            }
        }

        return Uri.UnescapeDataString(text);
    }
}
