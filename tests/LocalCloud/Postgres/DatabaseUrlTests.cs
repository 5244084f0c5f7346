using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

public class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgresql://u:p@h:6543/d", "u", "p", "h", 6543, "d")]
    [InlineData("postgres://u@h", "u", null, "h", 5432, null)]
    [InlineData("postgresql://h/d", null, null, "h", 5432, "d")]
    [InlineData("postgresql://", null, null, "localhost", 5432, null)]
    [InlineData("postgresql:///d", null, null, "localhost", 5432, "d")]
    [InlineData("  postgresql://u:p@h/d\n", "u", "p", "h", 5432, "d")]
    [InlineData("postgresql://us%40er:p%3Aa%2Fs%3Fs%25;@h/d%20b", "us@er", "p:a/s?s%;", "h", 5432, "d b")]
    [InlineData("postgresql://u:a@b:c@h/d", "u", "a@b:c", "h", 5432, "d")]
    [InlineData("postgresql://u:p@[::1]:6000/d", "u", "p", "::1", 6000, "d")]
    [InlineData("postgresql://[2001:db8::1]/d", null, null, "2001:db8::1", 5432, "d")]
    [InlineData("postgresql:///d?host=%2Frun%2Fpg&port=6&user=u&password=p", "u", "p", "/run/pg", 6, "d")]
    [InlineData("postgresql://u:p@/?dbname=d", "u", "p", "localhost", 5432, "d")]
    [InlineData("Host=h;Port=7;Username=u;Password=p;Database=d", "u", "p", "h", 7, "d")]
    public void A_database_is_read_from_each_form(
        string value, string? user, string? password, string host, int port, string? database)
    {
        var settings = new NpgsqlConnectionStringBuilder(DatabaseUrl.ToConnectionString(value));

        Assert.Equal(
            (user, password, host, port, database),
            (settings.Username, settings.Password, settings.Host, settings.Port, settings.Database));
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void Each_sslmode_is_understood(string mode, object expected)
    {
        var value = DatabaseUrl.ToConnectionString($"postgresql://h/d?sslmode={mode}");

        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(value).SslMode);
    }

    [Fact]
    public void The_other_parameters_of_libpq_are_understood()
    {
        var settings = new NpgsqlConnectionStringBuilder(DatabaseUrl.ToConnectionString(
            "postgresql://h/d?connect_timeout=7&application_name=a%20b&options=-c%20x%3D1" +
            "&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem"));

        Assert.Equal((7, "a b", "-c x=1"), (settings.Timeout, settings.ApplicationName, settings.Options));
        Assert.Equal(
            ("/ca.pem", "/c.pem", "/k.pem"), (settings.RootCertificate, settings.SslCertificate, settings.SslKey));
    }

    [Theory]
    [InlineData("postgresql://u:secret@h/d?fancy=1", "fancy")]
    [InlineData("postgresql://u:secret@h:70000/d", "port")]
    [InlineData("postgresql://u:secret@h:x/d", "port")]
    [InlineData("postgresql://u:secret@h:-1/d", "port")]
    [InlineData("postgresql://u:secret@h/d?sslmode=maybe", "sslmode")]
    [InlineData("postgresql://u:secret@h1,h2/d", "several hosts")]
    [InlineData("postgresql://u:secret@[::1/d", "without its ]")]
    [InlineData("postgresql://u:secret%@h/d", "password")]
    [InlineData("postgresql://u:p?secret=1@h/d", "%3F")]
    [InlineData("postgresql://u:p/secret@h/d", "%2F")]
    [InlineData("postgresql://u:secret%zz@h/d", "%25")]
    [InlineData("mysql://u:secret@h/d", "postgresql://")]
    [InlineData("Host=h;Password=se;secret=1", "postgresql://")]
    [InlineData("Password=secret", "no host")]
    [InlineData("", "no host")]
    [InlineData("postgresql://u:secret@h/d?connect_timeout=99999", "connect_timeout")]
    public void A_wrong_setting_is_named_without_its_password(string value, string named)
    {
        var refused = Assert.Throws<FormatException>(() => DatabaseUrl.ToConnectionString(value));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }
}
