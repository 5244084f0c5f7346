using System.Security.Cryptography;

namespace PhotoLambda.Database;

/// <summary>
/// What PostgreSQL keeps of a password, made here so that no statement, and no log of statements, has the password.
/// RFC 5802, section 3, with SHA-256 by RFC 7677; written as in
/// https://www.postgresql.org/docs/current/catalog-pg-authid.html
/// </summary>
internal static class ScramVerifier
{
    // What RFC 7677 asks for at least, and PostgreSQL itself takes: each login of a client costs as much.
    private const int Iterations = 4096;
    private const int SaltBytes = 16;

    /// <param name="password">Printable ASCII, of which SASLprep changes nothing.</param>
    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(SaltBytes));

    public static string Of(string password, byte[] salt)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            password, salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
