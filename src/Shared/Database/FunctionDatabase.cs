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

    /// <param name="variable">The variable that the setting is from.</param>
    /// <param name="setting">As <see cref="DatabaseUrl"/> takes it.</param>
    /// <exception cref="InvalidOperationException">Names the variable and says what is wrong with it.</exception>
    public static string ConnectionString(string variable, string setting)
    {
        try
        {
            return DatabaseUrl.ToConnectionString(setting);
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"{variable}: {e.Message}", e);
        }
    }

    /// <param name="database">A connection string for Npgsql; what it sets stands before the defaults here.</param>
    /// <returns>A source that encrypts when the string or the server wants it.</returns>
    public static NpgsqlDataSource Open(string database)
    {
        // Npgsql's builder knows the synonyms of its keywords, the general one which of them are set.
        var settings = new DbConnectionStringBuilder
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(database).ConnectionString,
        };
        foreach (var (name, value) in Defaults)
        {
            if (!settings.ContainsKey(name))
            {
                settings[name] = value;
            }
        }

        // The tables use no types but PostgreSQL's own: to ask the server for a list of them would only take time.
        return new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .EnableTransportSecurity().EnableArrays()
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false))
            .Build();
    }
}
