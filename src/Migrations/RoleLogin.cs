namespace PhotoLambda.Database;

/// <summary>A role of the functions, and the password that it is to log in with.</summary>
internal sealed class RoleLogin(string role, string password)
{
    public const string Api = "photolambda_api";
    public const string Worker = "photolambda_worker";

    public string Role => role;

    /// <summary>Printable ASCII.</summary>
    public string Password => password;
}
