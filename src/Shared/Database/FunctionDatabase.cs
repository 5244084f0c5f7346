using System.Data.Common;
using Npgsql;

namespace PhotoLambda.Database;

/// <summary>The connections of a function, which has seconds for an invocation and is frozen between two.</summary>
internal static class FunctionDatabase
{
    // Npgsql's own 15 s to connect and 30 s for a command are all the time that an invocation has. A frozen function
    // does not notice that its connection was dropped meanwhile (a NAT gateway does so after 350 s), so an old one is
    // not used again.
    //
    // Npgsql resets a connection before each use, though nothing here leaves anything on one: no session settings,
    // locks, cursors or temporary tables. It may prepare no statement by itself: of a batch that fails while one of its
    // statements is being prepared it loses count, and the connection with it (Npgsql 10.0.0).
    // To ask whether Kerberos could encrypt takes an exception where there is none, and functions log in by password.
    private static readonly (string Name, object Value)[] Defaults =
    [
        ("Timeout", 5), ("Command Timeout", 10), ("Cancellation Timeout", 200), ("Connection Lifetime", 300),
        ("Max Auto Prepare", 0), ("No Reset On Close", true),
        ("GSS Encryption Mode", "Disable"),
    ];

    /// <returns>A connection string, of what <c>PHOTOLAMBDA_DATABASE_URL</c> says.</returns>
    /// <exception cref="SettingException">It is missing or wrong.</exception>
    public static string Read(Func<string, string?> variable) =>
        ConnectionString(DatabaseLogin.Url, Settings.Required(variable, DatabaseLogin.Url));

    /// <param name="variable">The variable that the setting is from.</param>
    /// <param name="setting">As <see cref="DatabaseUrl"/> takes it.</param>
    /// <exception cref="SettingException">Names the variable and says what is wrong with it.</exception>
    public static string ConnectionString(string variable, string setting)
    {
        try
        {
            return DatabaseUrl.ToConnectionString(setting);
        }
        catch (FormatException e)
        {
            throw new SettingException(variable, $"cannot be used: {e.Message}");
        }
    }

    /// <param name="database">A connection string for Npgsql; what it sets stands before the defaults here.</param>
    /// <returns>A source that encrypts when the string or the server wants it.</returns>
    public static NpgsqlDataSource Open(string database) => Open(new DatabaseLogin(database));

    /// <param name="connections">At most, as docs/scale.md counts them; null: as Npgsql has it.</param>
    /// <inheritdoc cref="Open(string)"/>
    public static NpgsqlDataSource Open(DatabaseLogin database, int? connections = null)
    {
        // Npgsql's builder knows the synonyms of its keywords, the general one which of them are set.
        var settings = new DbConnectionStringBuilder
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString).ConnectionString,
        };
        IEnumerable<(string Name, object Value)> defaults =
            connections is { } most ? [.. Defaults, ("Maximum Pool Size", most)] : Defaults;
        foreach (var (name, value) in defaults)
        {
            if (!settings.ContainsKey(name))
            {
                settings[name] = value;
            }
        }

        // The tables use no types but PostgreSQL's own: to ask the server for a list of them would only take time.
        var builder = database.Builder(settings.ConnectionString).EnableArrays()
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false));
#pragma warning disable NPG9001 // As in PlainTypes.
        builder.AddTypeInfoResolverFactory(new PlainTypes());
#pragma warning restore NPG9001
        return builder.Build();
    }
}
