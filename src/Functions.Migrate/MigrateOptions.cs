using PhotoLambda.Database;

namespace PhotoLambda.Migrate;

/// <summary>What the function is told by its environment, checked for each event.</summary>
/// <param name="Database">As the owner of the tables, by a password: it makes the roles that IAM would let in.</param>
/// <param name="Logins">Roles whose passwords are to be set.</param>
internal sealed record MigrateOptions(DatabaseLogin Database, RoleLogin[] Logins)
{
    private const int LeastPassword = 8;
    private const int MostPassword = 256;

    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static MigrateOptions Read(Func<string, string?> variable) => new(
        new(FunctionDatabase.Read(variable)),
        [
            .. Login(variable, "PHOTOLAMBDA_API_PASSWORD", RoleLogin.Api),
            .. Login(variable, "PHOTOLAMBDA_WORKER_PASSWORD", RoleLogin.Worker),
        ]);

    private static RoleLogin[] Login(Func<string, string?> variable, string name, string role) => variable(name) switch
    {
        null or "" => [],
        { Length: < LeastPassword or > MostPassword } text => throw new SettingException(
            name, $"has {text.Length} characters; it must have {LeastPassword} to {MostPassword}."),
        // SASLprep, which passwords go through on their way, changes others.
        var text when text.AsSpan().ContainsAnyExceptInRange(' ', '~') => throw new SettingException(
            name, $"has characters that are not printable ASCII."),
        var text => [new(role, text)],
    };
}
